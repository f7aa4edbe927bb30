package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.report.Comparison;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.FinishedRuns;
import org.crossfade.report.MethodScores;
import org.crossfade.report.MetricsHistory;
import org.crossfade.report.RunFixture;
import org.crossfade.report.ScoreTable;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.evaluation.Spread;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    String table = ScoreTable.render(FinishedRuns.in(out).comparisons(List.of(), List.of()).get(0));
    // The mean of 0.2 + k/100 over 18 classes is 0.285.
    assertThat(table)
        .contains("Task, 19 classes, mean ± deviation over seeds")
        .containsPattern("source-only +38\\.5 ± 14\\.1 +- +- +18 +1:23 +40 +last +float32 +0, 1");
  }

  @Test
  void runThatIsNotOverIsLeftOut() throws IOException {
    RunFixture.write(out, "source-only", "Task", 0, 0.2, "v");
    // AdaptSegNet's second phase is missing from what was written.
    RunFixture.write(out, "adaptsegnet", "Task", 0, 0.2, "v");
    FinishedRuns found = FinishedRuns.in(out);
    assertThat(found.runs()).extracting(FinishedRun::method).containsExactly("source-only");
    assertThat(found.unfinished()).containsExactly(out.resolve("adaptsegnet-seed0"));
    assertThatThrownBy(() -> found.comparisons(List.of("adaptsegnet"), List.of()))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("no finished run of adaptsegnet")
        .hasMessageContaining("not finished: adaptsegnet-seed0")
        .hasMessageContaining("finished: source-only-seed0");
  }

  @Test
  void aRunOfAnOlderFormatIsComparedOrRefusedWithTheCommitThatReadsIt() throws IOException {
    var run = new RunDirectory(RunFixture.write(out, "source-only", "Task", 0, 0.2, "v"));
    String record = Files.readString(run.provenance());
    String older = record.replaceFirst("\"format\" : \\d+,", "");
    assertThat(older).isNotEqualTo(record);
    Files.writeString(run.provenance(), older);

    assertThat(FinishedRuns.in(out).runs()).hasSize(1);

    Files.writeString(
        run.config(), Files.readString(run.config()).replace("log-every", "log-each"));
    assertThatThrownBy(() -> FinishedRuns.in(out))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining(run.root().toString())
        .hasMessageContaining("format 1")
        .hasMessageContaining("fbe1216");
  }

  /** What a disk or a person leaves in a run's folder; the report names the file. */
  @ParameterizedTest
  @CsvSource({
    "results.json, null",
    "results.json, '{\"phases\":'",
    "run.json, null",
    "cost.json, null",
    "cost.json, '{\"seconds\":{\"source\":null}}'",
    "metrics.jsonl, '{\"phase\":'",
    "config.conf, ''",
    "config.conf, 'crossfade { run { seed = '"
  })
  void aBrokenFileOfARunIsNamed(String name, String content) throws IOException {
    Path run = RunFixture.write(out, "source-only", "Task", 0, 0.2, "v");
    Files.writeString(run.resolve(name), content);

    assertThatThrownBy(() -> FinishedRuns.in(out))
        .isInstanceOfAny(IOException.class, InvalidOptionsException.class, RunFolderException.class)
        .hasMessageContaining(run.resolve(name).toString());
  }

  @Test
  void aStrangersRunFetchesNothing() throws IOException {
    var run = new RunDirectory(RunFixture.write(out, "source-only", "Task", 0, 0.2, "v"));
    var asked = new AtomicInteger();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    int code;
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/a.conf";
      Files.writeString(run.config(), Files.readString(run.config()) + "include \"" + url + "\"\n");
      code =
          CommandLine.single("compare", new CompareCommand())
              .run("--runs", out.toString(), "--out", out.resolve("report").toString());
    } finally {
      server.stop(0);
    }
    assertThat(code).isEqualTo(CommandLine.USAGE);
    assertThat(asked).hasValue(0);
  }

  @Test
  void everyTaskHasAComparisonOfItsOwn() throws IOException {
    RunFixture.write(out, "source-only", "Task", 0, 0.2, "v");
    RunFixture.write(out, "source-only", "Other", 1, 0.2, "w");
    FinishedRuns tasks = FinishedRuns.in(out);

    assertThat(tasks.comparisons(List.of(), List.of()))
        .extracting(Comparison::task)
        .containsExactly("Task", "Other");
    assertThat(tasks.comparisons(List.of(), List.of(1L)))
        .extracting(Comparison::task)
        .containsExactly("Other");
  }

  @Test
  void runsOnOtherDataAreNotCompared() throws IOException {
    RunFixture.write(out, "source-only", "Task", 0, 0.2, "v");
    RunFixture.write(out, "source-only", "Task", 1, 0.2, "w");
    FinishedRuns found = FinishedRuns.in(out);
    assertThatThrownBy(() -> found.comparisons(List.of(), List.of()))
        .hasMessageContaining("differ in the validation data")
        .hasMessageContaining("w: source-only-seed1");
  }

  @Test
  void rowsOfTablesAreCalledAsTheirFiles() throws IOException {
    Path one = out.resolve("fada-table3");
    Path other = out.resolve("spcl-table1");
    row(one, "source-only-vgg", 0);
    row(one, "source-only-resnet", 0);
    row(one, "source-only-resnet", 1);
    row(other, "source-only-resnet", 0);

    assertThat(labels(FinishedRuns.in(one)))
        .containsExactly("source-only-resnet", "source-only-vgg");
    assertThat(labels(FinishedRuns.in(one, other)))
        .containsExactly(
            "fada-table3/source-only-resnet", "spcl-table1/source-only-resnet", "source-only-vgg");
    List<MethodScores> named =
        FinishedRuns.in(one)
            .comparisons(List.of("source-only-vgg", "source-only-resnet"), List.of())
            .get(0)
            .methods();
    assertThat(named)
        .extracting(MethodScores::label)
        .containsExactly("source-only-vgg", "source-only-resnet");
    assertThat(named.get(1).seeds()).containsExactly(0L, 1L);
  }

  @Test
  void ofSeveralSourceOnlyRowsNoneIsTheBaseline() throws IOException {
    row(out, "source-only-vgg", 0);
    assertThat(FinishedRuns.in(out).comparisons(List.of(), List.of()).get(0).baseline())
        .isPresent();
    row(out, "source-only-resnet", 0);
    assertThat(FinishedRuns.in(out).comparisons(List.of(), List.of()).get(0).baseline()).isEmpty();
  }

  @Test
  void aReportOnSeveralFoldersTrainsNothing() throws IOException {
    row(out.resolve("a"), "first", 0);
    row(out.resolve("b"), "second", 0);
    int code = compare("--runs", out.resolve("a") + "," + out.resolve("b"), "--out", out + "/both");
    assertThat(code).isEqualTo(CommandLine.DONE);
    assertThat(Files.readString(out.resolve("both/report.html")))
        .contains("<th class=\"n\">first</th><th class=\"n\">second</th>")
        .contains(
            "mvn -q -pl modules/fada -am compile exec:java@fada -Dexec.args&#x3D;&quot;reproduce"
                + " --paper fada --table 3&quot;");
  }

  private static void row(Path folder, String name, long seed) throws IOException {
    RunFixture.write(
        folder.resolve(name + "-seed" + seed),
        "source-only",
        "Task",
        seed,
        0.2,
        "v",
        List.of("reproduce", "--paper", "fada", "--table", "3"));
  }

  private static List<String> labels(FinishedRuns runs) {
    return runs.comparisons(List.of(), List.of()).get(0).methods().stream()
        .map(MethodScores::label)
        .toList();
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
            new MetricsHistory.Progress("p", 10, Map.of(), Map.of(), 5, 2),
            new MetricsHistory.Progress("p", 40, Map.of(), Map.of(), 20, 4));
    // 10 iterations of n images at 5/s and 30 at 20/s: 40 / (10/5 + 30/20).
    assertThat(new MetricsHistory(lines, List.of()).imagesPerSecond("p").orElseThrow())
        .isCloseTo(40 / 3.5, within(1e-9));
    assertThat(new MetricsHistory(lines, List.of()).imagesPerSecond("q")).isEmpty();
  }

  private static int compare(String... arguments) {
    return CommandLine.single("compare", new CompareCommand()).run(arguments);
  }

  @Test
  void aSingleRunHasItsPage() throws IOException {
    Path run = RunFixture.write(out, "source-only", "Task", 0, 0.2, "v");
    Path unfinished = RunFixture.write(out, "adaptsegnet", "Task", 0, 0.2, "v");

    assertThat(crossfade("report", run.toString())).isEqualTo(CommandLine.DONE);
    assertThat(run.resolve("report.html")).content().contains("source-only", "28.5");

    assertThat(crossfade("report", unfinished.toString())).isEqualTo(CommandLine.FAILED);
    assertThat(crossfade("report", out.toString())).isEqualTo(CommandLine.FAILED);
    assertThat(crossfade("report")).isEqualTo(CommandLine.USAGE);
  }

  private static int crossfade(String... words) {
    return CommandLine.ofVerbs("crossfade").run(words);
  }
}
