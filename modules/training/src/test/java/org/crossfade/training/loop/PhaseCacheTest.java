package org.crossfade.training.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.TinyMethod;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.run.Format;
import org.crossfade.training.run.RunDirectory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two runs share a beginning when it is the very same. */
class PhaseCacheTest {
  private static final String ONE_PHASE = "tiny.target-iterations = 0";

  @TempDir static Path first;
  @TempDir static Path filled;

  @TempDir Path second;
  @TempDir Path cache;

  @BeforeAll
  static void trainOnce() throws IOException {
    TinyRuns.train(TinyRuns.experiment(ONE_PHASE), first, Optional.of(filled), new StopSignal());
  }

  @BeforeEach
  void copyCache() throws IOException {
    Files.delete(cache);
    TinyFolders.copy(filled, cache);
  }

  private void train(Experiment experiment, Path folder) throws IOException {
    TinyRuns.train(experiment, folder, Optional.of(cache), new StopSignal());
  }

  private static boolean reused(Path folder) throws IOException {
    return reused(folder, TinyMethod.SOURCE);
  }

  private static boolean reused(Path folder, String phase) throws IOException {
    return RunResults.read(new RunDirectory(folder).results())
        .orElseThrow()
        .phases()
        .get(phase)
        .reused();
  }

  @Test
  void anotherMethodThatBeginsAlikeTakesThePhaseOver() throws IOException {
    train(TinyRuns.experimentOf("tiny-twin", "tiny-twin.target-iterations = 2"), second);

    assertThat(reused(first)).isFalse();
    assertThat(reused(second)).isTrue();
    assertThat(TinyRuns.end(second, TinyMethod.SOURCE))
        .isEqualTo(TinyRuns.end(first, TinyMethod.SOURCE));
    assertThat(TinyRuns.metrics(second)).containsAll(TinyRuns.metrics(first));
    assertThat(TinyRuns.end(second, TinyMethod.TARGET)).isNotEmpty();
  }

  @Test
  void aPhaseThatStartsFromASharedOneIsSharedToo() throws IOException {
    train(TinyRuns.experimentOf("tiny", "tiny.target-iterations = 2"), second.resolve("one"));
    train(TinyRuns.experimentOf("tiny-twin", "tiny-twin.target-iterations = 2"), second);

    assertThat(reused(second, TinyMethod.TARGET)).isTrue();
    assertThat(TinyRuns.end(second, TinyMethod.TARGET))
        .isEqualTo(TinyRuns.end(second.resolve("one"), TinyMethod.TARGET));
  }

  @Test
  void aPhaseThatStartsFromAnotherOneIsTrainedAnew() throws IOException {
    train(TinyRuns.experimentOf("tiny", "tiny.target-iterations = 2"), second.resolve("one"));
    train(
        TinyRuns.experimentOf(
            "tiny", "tiny.target-iterations = 2", "tiny.source.segmenter.rate = 0.02"),
        second);

    assertThat(reused(second, TinyMethod.TARGET)).isFalse();
  }

  @Test
  void aPhaseThatComesWithTheProgramIsTakenOverByItsKeyAlone(@TempDir Path shipped)
      throws IOException {
    Path entry = onlyEntry();
    Path phases = Files.createDirectories(shipped.resolve("crossfade/phases"));
    zip(entry, phases.resolve(entry.getFileName() + ".zip"));
    MoreFiles.deleteRecursively(cache, RecursiveDeleteOption.ALLOW_INSECURE);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (var loader = new URLClassLoader(new URL[] {shipped.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      train(TinyRuns.experiment(ONE_PHASE), second.resolve("same"));
      train(TinyRuns.experiment(ONE_PHASE, "run.seed = 1"), second.resolve("other"));
    } finally {
      thread.setContextClassLoader(before);
    }

    assertThat(reused(second.resolve("same"))).isTrue();
    assertThat(TinyRuns.end(second.resolve("same"), TinyMethod.SOURCE))
        .isEqualTo(TinyRuns.end(first, TinyMethod.SOURCE));
    assertThat(reused(second.resolve("other"))).isFalse();
  }

  private Path onlyEntry() throws IOException {
    try (var entries = Files.list(cache)) {
      return entries.findFirst().orElseThrow();
    }
  }

  private static void zip(Path folder, Path file) throws IOException {
    try (var out = new ZipOutputStream(Files.newOutputStream(file));
        var files = Files.walk(folder)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new ZipEntry(folder.relativize(each).toString()));
        Files.copy(each, out);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run.seed = 1",
        "run.precision = emulated-bfloat16",
        "tiny.source.segmenter.rate = 0.02",
        "tiny.source.decay.horizon = 11",
        "tiny.source.stream.width = 32",
        "tiny.source.stream.flip = 0",
        "tiny.source.test.resize = bilinear",
        "tiny.source.test.labels = test-size",
        "tiny.source.test.evaluate-every = 3",
        "task.source.count = 4"
      })
  void whatDiffersIsTrainedAnew(String setting) throws IOException {
    train(TinyRuns.experiment(ONE_PHASE, setting), second);

    assertThat(reused(second)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "end/variables.data-00000-of-00001",
        "end/state.json",
        "metrics.jsonl",
        "result.json"
      })
  void aChangedFileIsNoticedAndThePhaseTrainedAnew(String name) throws IOException {
    try (var entries = Files.list(cache)) {
      Path entry = entries.findFirst().orElseThrow();
      Files.writeString(entry.resolve(name), "}", StandardOpenOption.TRUNCATE_EXISTING);
    }

    train(TinyRuns.experiment(ONE_PHASE), second);

    assertThat(reused(second)).isFalse();
    assertThat(TinyRuns.end(second, TinyMethod.SOURCE))
        .isEqualTo(TinyRuns.end(first, TinyMethod.SOURCE));
  }

  @Test
  void aPhaseOfAnOlderFormatIsTrainedAnew() throws IOException {
    try (var entries = Files.list(cache)) {
      Path state = entries.findFirst().orElseThrow().resolve("end/state.json");
      String older =
          Files.readString(state).replace("\"format\" : " + Format.CURRENT, "\"format\" : 1");
      assertThat(older).contains("\"format\" : 1,");
      Files.writeString(state, older);
    }

    train(TinyRuns.experiment(ONE_PHASE), second);

    assertThat(reused(second)).isFalse();
  }

  @Test
  void aCacheThatCantBeWrittenDoesNotEndARun() throws IOException {
    Path file = Files.writeString(second.resolve("file"), "no folder");
    Path folder = second.resolve("run");

    TinyRuns.train(TinyRuns.experiment(ONE_PHASE), folder, Optional.of(file), new StopSignal());

    assertThat(TinyRuns.end(folder, TinyMethod.SOURCE))
        .isEqualTo(TinyRuns.end(first, TinyMethod.SOURCE));
  }
}
