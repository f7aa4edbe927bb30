package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.loop.TaskData;
import org.crossfade.training.loop.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where there is no score, or it would be of other data, nothing is printed in its place. */
class NoScoreTest {
  private static final String[] SHORT = {
    "tiny.target-iterations = 0", "tiny.source.iterations = 1"
  };

  @TempDir Path folder;

  @Test
  void aRunScoredOnNoClassFailsWithTheReason() {
    TinyFolders.image(folder.resolve("val/images/a.png"), 64, 32);
    TinyFolders.labels(folder.resolve("val/labels/a.png"), 64, 32, column -> 255);

    Typed typed =
        Typed.command("train")
            .settings(SHORT)
            .add("--set", "task.validation = null", "--set")
            .add("task.validation = { kind = folder, alias = val, split = all }")
            .add("--data-root", "val=" + folder.resolve("val"))
            .add("--run-dir", folder.resolve("run"))
            .run();

    assertThat(typed.code()).as(typed.out()).isEqualTo(CommandLine.FAILED);
    assertThat(typed.err()).contains("no pixel of its 1 label files is of a class");
    assertThat(typed.out()).doesNotContain("NaN");
  }

  @Test
  void iterationsBeyondTheHorizonOfTheirRateAreWrongUsage() {
    Typed typed = Typed.command("print-config").settings("tiny.source.iterations = 11").run();

    assertThat(typed.code()).isEqualTo(CommandLine.USAGE);
    assertThat(typed.err())
        .contains("tiny.source", "iterations must be at most decay.horizon", "11 and 10");
  }

  @Test
  void aRateThatNeverFallsHasNoHorizon() {
    Typed typed =
        Typed.command("print-config")
            .settings("tiny.source.iterations = 11", "tiny.source.decay.power = 0")
            .run();

    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
  }

  @Test
  void aRunFromJavaOnOtherDataIsNotScoredOnWhatItsOptionsName() throws Exception {
    Experiment named = TinyRuns.experiment(SHORT);
    var others =
        new TaskData(
            named.data().source(),
            named.data().target(),
            named.data().target(),
            TinyRuns.experiment("task.validation.count = 3").data().validation());
    var experiment =
        new Experiment(
            named.methodName(),
            named.method(),
            named.task(),
            named.run(),
            others,
            named.weights(),
            named.options());
    Path run = folder.resolve("run");
    new TrainingRun(experiment, run, Optional.empty()).train(List.of());
    assertThat(Files.readString(run.resolve("config.conf"))).contains("count=2");

    Typed guessed = Typed.command("evaluate").add("--run-dir", run).run();
    Typed said =
        Typed.command("evaluate").add("--run-dir", run, "--set", "task.validation.count = 3").run();

    assertThat(guessed.code()).as(guessed.out()).isEqualTo(CommandLine.FAILED);
    assertThat(guessed.err()).contains("other validation data", "--set task.validation");
    assertThat(said.code()).as(said.err()).isEqualTo(CommandLine.DONE);
  }
}
