package org.crossfade.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.TinyMethod;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.Format;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.session.PhaseSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;

/** What does not fit or is not whole is refused, with what to do; what was whole stays whole. */
class BrokenCheckpointTest {
  private static final String DATA = "variables.data-00000-of-00001";
  private static final String STATE = "state.json";
  private static final String EVERY_SECOND = "run.checkpoint-every = 2";

  @TempDir static Path stopped;
  @TempDir Path folder;

  private final Experiment experiment = TinyRuns.experiment(EVERY_SECOND);

  /** Damage to a checkpoint's folder. */
  private interface Damage {
    void to(Path checkpoint) throws IOException;
  }

  @BeforeAll
  static void stopAfterFive() {
    assertThatThrownBy(
            () ->
                TinyRuns.trainUntil(
                    TinyRuns.experiment(EVERY_SECOND), stopped, TinyMethod.SOURCE, 5))
        .isInstanceOf(StoppedException.class);
  }

  private void copyStopped() throws IOException {
    Files.delete(folder);
    TinyFolders.copy(stopped, folder);
  }

  private static Arguments damage(String name, String message, Damage damage) {
    return Arguments.of(name, message, damage);
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("truncated data", DATA + " is truncated", BrokenCheckpointTest::truncate),
        damage("no data", DATA + " is missing", path -> Files.delete(path.resolve(DATA))),
        damage("garbled state", STATE, path -> Files.writeString(path.resolve(STATE), "{\"a")),
        damage(
            "state of nothing",
            STATE + " can't be read",
            path -> Files.writeString(path.resolve(STATE), "{}")),
        damage(
            "state null",
            STATE + " can't be read",
            path -> Files.writeString(path.resolve(STATE), "null")),
        damage("no state", "no " + STATE, path -> Files.delete(path.resolve(STATE))),
        damage(
            "later format",
            "its format is 9",
            path ->
                Files.writeString(
                    path.resolve(STATE),
                    Files.readString(path.resolve(STATE))
                        .replace("\"format\" : " + Format.CURRENT, "\"format\" : 9"))));
  }

  private static void truncate(Path checkpoint) throws IOException {
    try (var channel = FileChannel.open(checkpoint.resolve(DATA), StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() / 2);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void aBrokenCheckpointIsRefusedAndTheOneBeforeItOffered(
      String name, String message, Damage damage) throws IOException {
    copyStopped();
    Path latest = new RunDirectory(folder).checkpoint(TinyMethod.SOURCE, 5);
    Path before = new RunDirectory(folder).checkpoint(TinyMethod.SOURCE, 4);
    damage.to(latest);

    assertThatThrownBy(() -> TinyRuns.train(experiment, folder))
        .as(name)
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining(latest.toString())
        .hasMessageContaining(message)
        .hasMessageContaining("before it is '" + before + "'");
  }

  @Test
  void theOneBeforeABrokenCheckpointCanBeUsed(@TempDir Path whole) throws IOException {
    copyStopped();
    Path latest = new RunDirectory(folder).checkpoint(TinyMethod.SOURCE, 5);
    truncate(latest);
    try (var files = Files.list(latest)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(latest);

    TinyRuns.train(experiment, folder);

    TinyRuns.train(experiment, whole);
    assertThat(TinyRuns.end(folder, TinyMethod.TARGET))
        .isEqualTo(TinyRuns.end(whole, TinyMethod.TARGET));
  }

  @Test
  void aCheckpointOfOtherOptionsIsRefused() throws IOException {
    copyStopped();

    assertThatThrownBy(() -> TinyRuns.train(TinyRuns.experiment("run.seed = 7"), folder))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("other options")
        .hasMessageContaining("config.conf");
  }

  @Test
  void aForeignNetworkIsRefusedWithBothNameSetsAndTheirDifference() {
    try (var session = session("segmenter.a", "segmenter.b");
        var foreign = session("segmenter.b", "segmenter.c")) {
      Path saved = folder.resolve("saved");
      save(session, saved);

      assertThatThrownBy(
              () -> foreign.checkpoint().restore(foreign.session(), foreign.variables(), saved))
          .isInstanceOf(RunFolderException.class)
          .hasMessageContaining(saved.toString())
          .hasMessageContaining("holds 2 variables, 2 are expected")
          .hasMessageContaining("only in the checkpoint: 1 (segmenter.a)")
          .hasMessageContaining("only in the network: 1 (segmenter.c)");
    }
  }

  @Test
  void variablesOfAnotherShapeAreRefused() {
    try (var session = session("segmenter.a");
        var wider = new PhaseSession(0, 1, List.of())) {
      wider
          .variables()
          .create(ParameterSpec.weight("segmenter.a", Shape.of(3), Initializer.ones()));
      Path saved = folder.resolve("saved");
      save(session, saved);

      assertThatThrownBy(
              () -> wider.checkpoint().restore(wider.session(), wider.variables(), saved))
          .isInstanceOf(RunFolderException.class)
          .hasMessageContaining("segmenter.a is [2] there and [3] here");
    }
  }

  /** A session that can't write stands for a full disk; the real one is tried in an IT. */
  @Test
  void aFailedSaveLeavesTheCheckpointBeforeItWhole() throws IOException {
    Path saved = folder.resolve("saved");
    try (var session = session("segmenter.a")) {
      save(session, saved);
      byte[] before = TinyRuns.variables(saved);
      session.session().close();

      assertThatThrownBy(() -> save(session, saved))
          .isInstanceOf(RunFolderException.class)
          .hasMessageContaining(saved.toString())
          .hasMessageContaining("checkpoints before it are whole");

      assertThat(TinyRuns.variables(saved)).isEqualTo(before);
      assertThat(Checkpoint.state(saved).iteration()).isEqualTo(1);
      try (var left = Files.list(folder)) {
        assertThat(left).containsExactly(saved);
      }
    }
  }

  @Test
  void aFileWhereTheFolderOfCheckpointsShouldBeIsNamed() throws IOException {
    Files.writeString(folder.resolve("checkpoints"), "in the way");

    assertThatThrownBy(() -> stopOnce())
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining(folder.resolve("checkpoints").toString());
  }

  private void stopOnce() {
    try {
      TinyRuns.trainUntil(experiment, folder, TinyMethod.SOURCE, 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aBrokenEndOfAPhaseSaysWhatToDelete() throws IOException {
    TinyRuns.train(experiment, folder);
    Path end = new RunDirectory(folder).phase(TinyMethod.SOURCE);
    truncate(end);

    assertThatThrownBy(() -> TinyRuns.train(experiment, folder))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining(end.toString())
        .hasMessageContaining("delete it to train the phase");
  }

  private static void save(PhaseSession session, Path target) {
    session
        .checkpoint()
        .save(
            session.session(),
            session.variables(),
            new LoopState(
                new LoopState.Place("source", 1, false, 0),
                Map.of(),
                LoopState.Evaluations.NONE,
                new LoopState.LossSums(Map.of(), 0),
                Optional.empty(),
                new LoopState.Origin(0, "hash", Map.of(), Map.of(), Map.of())),
            target);
  }

  private static PhaseSession session(String... names) {
    var session = new PhaseSession(0, 1, List.of());
    for (String name : names) {
      session.variables().create(ParameterSpec.weight(name, Shape.of(2), Initializer.ones()));
    }
    session.initialise(Map.of(), new RunDirectory(Path.of("")), Optional.empty());
    return session;
  }
}
