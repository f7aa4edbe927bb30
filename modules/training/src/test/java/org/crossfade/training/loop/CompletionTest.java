package org.crossfade.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.TinyMethod;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What says that something is complete comes behind it, and is checked. */
class CompletionTest {
  @TempDir static Path shared;

  @TempDir Path parent;
  private Path folder;

  @BeforeAll
  static void trainOnce() throws IOException {
    TinyRuns.train(experiment(), shared.resolve("run"));
  }

  @BeforeEach
  void copy() throws IOException {
    folder = parent.resolve("run");
    TinyFolders.copy(shared.resolve("run"), folder);
  }

  private static Experiment experiment(String... more) {
    var settings =
        new ArrayList<>(List.of("tiny.source.iterations = 2", "tiny.target-iterations = 1"));
    settings.addAll(List.of(more));
    return TinyRuns.experiment(settings.toArray(new String[0]));
  }

  private static final class Kill extends Error {
    private static final long serialVersionUID = 1;
  }

  @Test
  void aFinishedPhaseWithoutItsResultIsEvaluatedAgain() throws IOException {
    byte[] end = TinyRuns.end(folder, TinyMethod.SOURCE);
    List<String> metrics = TinyRuns.metrics(folder);
    double score = result(folder, TinyMethod.SOURCE);
    Files.delete(new RunDirectory(folder).results());

    TinyRuns.train(experiment(), folder);

    assertThat(result(folder, TinyMethod.SOURCE)).isEqualTo(score);
    assertThat(TinyRuns.end(folder, TinyMethod.SOURCE)).isEqualTo(end);
    assertThat(TinyRuns.metrics(folder)).containsExactlyInAnyOrderElementsOf(metrics);
  }

  @Test
  void aKillBehindTheLastEvaluationLeavesItsRecordOnce() throws IOException {
    List<String> metrics = TinyRuns.metrics(folder);
    Path again = parent.resolve("again");

    assertThatThrownBy(
            () ->
                TinyRuns.train(
                    experiment(),
                    again,
                    new TrainingListener() {
                      @Override
                      public void saved(String phase, long iteration) {
                        if (Files.exists(new RunDirectory(again).results())) {
                          throw new Kill();
                        }
                      }
                    }))
        .isInstanceOf(Kill.class);
    // Killed between the evaluation and the phase's end.
    var run = new RunDirectory(again);
    run.reopen(TinyMethod.SOURCE, 2);
    TinyRuns.train(experiment(), again);

    assertThat(TinyRuns.metrics(again)).isEqualTo(metrics);
  }

  @Test
  void aStateThatWasChangedIsRefused() throws IOException {
    Path state = new RunDirectory(folder).phase(TinyMethod.SOURCE).resolve("state.json");
    String text = Files.readString(state);
    assertThat(text).contains("\"iteration\" : 2");
    Files.writeString(state, text.replace("\"iteration\" : 2", "\"iteration\" : 20"));

    assertThatThrownBy(() -> TinyRuns.train(experiment(), folder))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("phases/source")
        .hasMessageContaining("checksum");
  }

  @Test
  void aPhaseThatWasTrainedAnewToOtherWeightsRefusesWhatFollowedTheOldOne() throws IOException {
    Path other = parent.resolve("other");
    TinyRuns.train(experiment("run.seed = 7"), other);
    Path end = new RunDirectory(folder).phase(TinyMethod.SOURCE);
    var state = Checkpoint.state(end);
    Checkpoint.copy(new RunDirectory(other).phase(TinyMethod.SOURCE), state, end);

    assertThatThrownBy(() -> TinyRuns.train(experiment(), folder))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("artefacts/pseudo-labels")
        .hasMessageContaining("[source] was trained anew since");
    Files.delete(new RunDirectory(folder).artefactRecord(TinyMethod.PSEUDO_LABELS));
    assertThatThrownBy(() -> TinyRuns.train(experiment(), folder))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("phases/target")
        .hasMessageContaining("trained from other weights");
  }

  @Test
  void leftoversOfKilledProcessesAreSweptAndWhatWasPutAsideComesBack() throws IOException {
    var run = new RunDirectory(folder);
    byte[] end = TinyRuns.end(folder, TinyMethod.TARGET);
    Files.createDirectories(folder.resolve("phases/.target.part"));
    Files.writeString(folder.resolve("results.json.part"), "half");
    Files.createDirectories(run.checkpoint(TinyMethod.SOURCE, 2));
    Files.move(run.phase(TinyMethod.TARGET), folder.resolve("phases/.target.old"));

    new TrainingRun(experiment(), folder, Optional.empty()).train(List.of());

    assertThat(TinyRuns.end(folder, TinyMethod.TARGET)).isEqualTo(end);
    assertThat(folder.resolve("phases"))
        .isDirectoryNotContaining(f -> f.getFileName().toString().startsWith("."));
    assertThat(folder.resolve("results.json.part")).doesNotExist();
    assertThat(run.checkpoints(TinyMethod.SOURCE)).isEmpty();
  }

  @Test
  void aSharedPhaseIsFinishedOnlyWithItsResult() throws IOException {
    Path cache = parent.resolve("cache");
    Path first = parent.resolve("first");
    Path second = parent.resolve("second");
    TinyRuns.train(experiment(), first, Optional.of(cache), new StopSignal());
    // A folder in place of the file: the result can't be written, as on a full disk.
    Files.createDirectories(second.resolve("results.json.part/x"));

    assertThatThrownBy(
            () -> TinyRuns.train(experiment(), second, Optional.of(cache), new StopSignal()))
        .isInstanceOf(IOException.class);
    assertThat(Checkpoint.exists(new RunDirectory(second).phase(TinyMethod.SOURCE))).isFalse();
    new RunDirectory(second).sweep();
    TinyRuns.train(experiment(), second, Optional.of(cache), new StopSignal());

    assertThat(result(second, TinyMethod.SOURCE)).isEqualTo(result(first, TinyMethod.SOURCE));
    assertThat(TinyRuns.metrics(second)).isEqualTo(TinyRuns.metrics(first));
  }

  private static double result(Path folder, String phase) throws IOException {
    EvaluationResult result =
        RunResults.read(new RunDirectory(folder).results())
            .orElseThrow()
            .phases()
            .get(phase)
            .evaluation();
    return result.miou();
  }
}
