package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.evaluation.Spread;
import org.crossfade.training.run.CheckpointException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FinishedRunsTest {
  @TempDir private Path out;

  @Test
  void deviationIsThatOfTheSample() {
    Spread spread = Spread.of(List.of(1.0, 2.0, 6.0));
    assertThat(spread.mean()).isEqualTo(3);
    assertThat(spread.deviation().orElseThrow()).isCloseTo(Math.sqrt(7), within(1e-12));
    assertThat(Spread.of(List.of(4.0)).deviation()).isEmpty();
  }

  @Test
  void tableSaysMeanDeviationTimeIterationsAndSelection() throws IOException {
    RunFixture.write(out, "source-only", "Task", 0, 0.2, "v");
    RunFixture.write(out, "source-only", "Task", 1, 0.4, "v");
    String table = ScoreTable.render(FinishedRuns.in(out).comparison(List.of(), List.of()));
    // The mean of 0.2 + k/100 over 18 classes is 0.285.
    assertThat(table)
        .contains("Task, 19 classes, mean ± deviation over seeds")
        .containsPattern("source-only +38\\.5 ± 14\\.1 +- +18 +1:23 +40 +last +0, 1");
  }

  @Test
  void runThatIsNotOverIsLeftOut() throws IOException {
    RunFixture.write(out, "source-only", "Task", 0, 0.2, "v");
    // AdaptSegNet's second phase is missing from what was written.
    RunFixture.write(out, "adaptsegnet", "Task", 0, 0.2, "v");
    FinishedRuns found = FinishedRuns.in(out);
    assertThat(found.runs()).extracting(FinishedRun::method).containsExactly("source-only");
    assertThat(found.unfinished()).containsExactly(out.resolve("adaptsegnet-seed0"));
    assertThatThrownBy(() -> found.comparison(List.of("adaptsegnet"), List.of()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no finished run of adaptsegnet")
        .hasMessageContaining("not finished: adaptsegnet-seed0")
        .hasMessageContaining("finished: source-only-seed0");
  }

  @Test
  void runsOfOtherTasksOrDataAreNotCompared() throws IOException {
    RunFixture.write(out, "source-only", "Task", 0, 0.2, "v");
    RunFixture.write(out, "source-only", "Other", 1, 0.2, "v");
    FinishedRuns tasks = FinishedRuns.in(out);
    assertThatThrownBy(() -> tasks.comparison(List.of(), List.of()))
        .hasMessageContaining("differ in their task")
        .hasMessageContaining("Other, 19 classes: source-only-seed1");
    assertThat(tasks.comparison(List.of(), List.of(1L)).task()).isEqualTo("Other");

    RunFixture.write(out, "source-only", "Task", 1, 0.2, "w");
    assertThatThrownBy(() -> FinishedRuns.in(out).comparison(List.of(), List.of()))
        .hasMessageContaining("differ in the validation data");
  }

  @Test
  void reportIsWrittenAgainFromFinishedRuns() throws IOException {
    RunFixture.write(out, "source-only", "Task", 0, 0.2, "v");
    int code = compare("--report-only", "--out", out.toString());
    assertThat(code).isEqualTo(CommandLine.DONE);
    assertThat(Files.readString(out.resolve("report.html"))).contains("<h1>Task</h1>");
  }

  @Test
  void wrongUsageAndNothingToReportHaveTheirExitCodes() {
    assertThat(compare("--help")).isEqualTo(CommandLine.DONE);
    assertThat(compare("--seed", "1")).isEqualTo(CommandLine.USAGE);
    assertThat(compare("--methods", "nope", "--out", out.toString())).isEqualTo(CommandLine.USAGE);
    assertThat(compare("--seeds", "1,1", "--out", out.toString())).isEqualTo(CommandLine.USAGE);
    assertThat(compare("--report-only", "--out", out.toString())).isEqualTo(CommandLine.FAILED);
  }

  @Test
  void speedOfAPhaseIsImagesByTime() {
    var lines =
        List.of(
            new MetricsHistory.Progress("p", 10, java.util.Map.of(), 5),
            new MetricsHistory.Progress("p", 40, java.util.Map.of(), 20));
    // 10 iterations of n images at 5/s and 30 at 20/s: 40 / (10/5 + 30/20).
    assertThat(new MetricsHistory(lines, List.of()).imagesPerSecond("p").orElseThrow())
        .isCloseTo(40 / 3.5, within(1e-9));
    assertThat(new MetricsHistory(lines, List.of()).imagesPerSecond("q")).isEmpty();
  }

  private static int compare(String... arguments) {
    return CommandLine.single("compare", new CompareCommand()).run(arguments);
  }
}
