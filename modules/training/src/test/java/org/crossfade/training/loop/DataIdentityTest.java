package org.crossfade.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.crossfade.datasets.DataRoots;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.TinyMethod;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.session.WeightFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data are what their files hold: not their names, their place or their date. */
class DataIdentityTest {
  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void writeData() {
    data = folder.resolve("data");
    for (String set : List.of("src", "tgt", "val")) {
      for (int i = 0; i < 2; i++) {
        TinyFolders.image(data.resolve(set + "/images/n" + i + ".png"), 64, 32);
        int shift = i;
        TinyFolders.labels(
            data.resolve(set + "/labels/n" + i + ".png"), 64, 32, x -> (x / 32 + shift) % 19);
      }
    }
  }

  private TrainingRun run(Path root, String name) {
    var settings = new ArrayList<>(TinyRuns.settings("tiny.target-iterations = 0"));
    settings.removeIf(setting -> setting.contains("streets"));
    Map.of("source", "src", "target", "tgt", "validation", "val")
        .forEach(
            (part, alias) ->
                settings.add(
                    "task.%s = { kind = folder, split = all, alias = %s }".formatted(part, alias)));
    settings.add("tiny.source.iterations = 1");
    Experiment experiment =
        new ExperimentLoader(new OptionSources("tiny", false, List.of(), settings))
            .experiment(DataRoots.parse(List.of(root.toString()), Map.of()), WeightFiles.NONE);
    return new TrainingRun(experiment, folder.resolve(name), Optional.of(folder.resolve("phases")));
  }

  private void train(Path root, String name, TrainingListener... listeners) throws IOException {
    TrainingRun run = run(root, name);
    run.checkData();
    run.train(List.of("test"), listeners);
  }

  private boolean reused(String name) throws IOException {
    return RunResults.read(new RunDirectory(folder.resolve(name)).results())
        .orElseThrow()
        .phases()
        .get(TinyMethod.SOURCE)
        .reused();
  }

  @Test
  void theSameContentUnderAnotherRootAndDateGoesOn() throws IOException {
    train(data, "run");
    Path moved = folder.resolve("moved");
    TinyFolders.copy(data, moved);
    Files.setLastModifiedTime(moved.resolve("src/images/n0.png"), FileTime.fromMillis(0));
    var skipped = new ArrayList<Boolean>();
    train(
        moved,
        "run",
        new TrainingListener() {
          @Override
          public void phaseFinished(String phase, boolean before) {
            skipped.add(before);
          }
        });
    assertThat(skipped).containsExactly(true);
    train(moved, "second");
    assertThat(reused("second")).as("from the phase cache").isTrue();
  }

  @Test
  void otherContentUnderTheSameNamesIsRefusedAndTheFirstFileNamed() throws IOException {
    train(data, "run");
    Path image = data.resolve("tgt/images/n1.png");
    byte[] before = Files.readAllBytes(image);
    Files.copy(data.resolve("../" + picture("other")), image, StandardCopyOption.REPLACE_EXISTING);
    for (ThrowingCallable start :
        List.<ThrowingCallable>of(
            () -> run(data, "run").checkData(), () -> run(data, "run").train(List.of("test")))) {
      assertThatThrownBy(start)
          .isInstanceOf(RunFolderException.class)
          .hasMessageContainingAll("other target data", "images/n1.png holds something else");
    }
    Files.write(image, before);
    TinyFolders.labels(data.resolve("val/labels/n0.png"), 64, 32, x -> 5);
    assertThatThrownBy(() -> run(data, "run").checkData())
        .hasMessageContainingAll("other validation data", "labels/n0.png holds something else");
  }

  /** Another picture of the same size. */
  private String picture(String name) {
    TinyFolders.labels(folder.resolve(name + ".png"), 64, 32, x -> x % 7);
    return name + ".png";
  }

  @Test
  void newAndMissingFilesAreNamed() throws IOException {
    train(data, "run");
    TinyFolders.image(data.resolve("src/images/n00.png"), 64, 32);
    TinyFolders.labels(data.resolve("src/labels/n00.png"), 64, 32, x -> 1);
    assertThatThrownBy(() -> run(data, "run").checkData())
        .hasMessageContaining("other source data")
        .hasMessageContaining("n00.png is new");
    for (String name : List.of("n00", "n1")) {
      Files.delete(data.resolve("src/images/" + name + ".png"));
      Files.delete(data.resolve("src/labels/" + name + ".png"));
    }
    assertThatThrownBy(() -> run(data, "run").checkData()).hasMessageContaining("n1.png is gone");
  }

  @Test
  void otherPicturesOfTheSameNamesAreTrainedAnew() throws IOException {
    train(data, "run");
    TinyFolders.labels(data.resolve("src/labels/n0.png"), 64, 32, x -> 7);
    train(data, "second");
    assertThat(reused("second")).isFalse();
  }

  @Test
  void theRunListsItsFilesAsSha256sumDoes() throws IOException {
    train(data, "run");
    try (Stream<Path> lists = Files.list(folder.resolve("run/data"))) {
      assertThat(lists.map(list -> list.getFileName().toString()))
          .containsExactlyInAnyOrder("source.sha256", "target.sha256", "validation.sha256");
    }
    assertThat(Files.readAllLines(folder.resolve("run/data/source.sha256")))
        .hasSize(4)
        .first()
        .asString()
        .matches("[0-9a-f]{64}  images/n0.png");
  }
}
