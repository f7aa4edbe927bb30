package org.crossfade.tables.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crossfade.datasets.DataRoots;
import org.crossfade.tables.series.RunSeries;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.Typed;
import org.crossfade.training.loop.TrainingListener;
import org.crossfade.training.session.WeightFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table as jobs of a scheduler: two rows that begin alike, one that does not. */
class TableJobsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @BeforeEach
  void writeTable() throws IOException {
    Path table = Files.createDirectories(folder.resolve("experiments/paper/table2"));
    write(table, 1, "source", "target-iterations = 0\nsource.iterations = 2");
    write(table, 2, "adapted", "target-iterations = 2\nsource.iterations = 2");
    write(table, 3, "longer", "target-iterations = 0\nsource.iterations = 3");
  }

  private static void write(Path table, int order, String row, String options) throws IOException {
    Files.writeString(
        table.resolve(row + ".conf"),
        "row { order = %d, title = %s, method = tiny }\ncrossfade.tiny {\n%s\n}\n"
            .formatted(order, row, options));
  }

  private Typed reproduce(String out, String... more) {
    return new Typed.Line()
        .add("reproduce", "--paper", "paper", "--table", "2")
        .add("--experiments", folder.resolve("experiments"))
        .add("--reference-results", folder.resolve("numbers"))
        .add("--out", folder.resolve(out))
        .settings()
        .add((Object[]) more)
        .run();
  }

  private List<JsonNode> jobs(String out) throws IOException {
    Typed typed = reproduce(out, "--seeds", "0,1", "--array");
    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
    var jobs = new ArrayList<JsonNode>();
    for (String line : typed.out().lines().toList()) {
      jobs.add(JSON.readTree(line));
    }
    return jobs;
  }

  @Test
  void sharedPhasesComeFirstAndEveryRowAndSeedIsAJob() throws IOException {
    List<JsonNode> jobs = jobs("out");

    assertThat(jobs.stream().map(j -> j.get("kind").asText() + " " + j.get("row").asText()))
        .containsExactly(
            "phase source",
            "phase source",
            "run source",
            "run adapted",
            "run longer",
            "run source",
            "run adapted",
            "run longer");
    assertThat(jobs.stream().map(j -> j.get("seed").asInt()))
        .containsExactly(0, 1, 0, 0, 0, 1, 1, 1);
    assertThat(jobs.stream().map(j -> j.get("after").toString()))
        .containsExactly("[]", "[]", "[0]", "[0]", "[]", "[1]", "[1]", "[]");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void theJobsMakeTheTableThatOneCommandMakes() throws IOException {
    reproduce("alone", "--seeds", "0,1");
    String none = reproduce("jobs", "--seeds", "0,1", "--collect").out();
    assertThat(none).contains("0 of 2 seeds");

    for (JsonNode job : jobs("jobs")) {
      List<String> words =
          JSON.convertValue(job.get("command"), new TypeReference<List<String>>() {});
      Typed typed = Typed.words(words.toArray(String[]::new));
      assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
      assertThat(typed.out()).as("a job prints no table").doesNotContain("paper, table 2");
      if (job.get("job").asInt() == 3) {
        String some = reproduce("jobs", "--seeds", "0,1", "--collect").out();
        assertThat(some.lines().filter(l -> l.startsWith("adapted")))
            .allMatch(line -> line.contains("1 of 2 seeds"));
      }
    }
    Typed collected = reproduce("jobs", "--seeds", "0,1", "--collect");

    assertThat(collected.code()).as(collected.err()).isEqualTo(CommandLine.DONE);
    assertThat(folder.resolve("jobs/table.csv"))
        .hasSameTextualContentAs(folder.resolve("alone/table.csv"));
    for (String run : List.of("adapted-seed0", "source-seed1", "longer-seed1")) {
      Path there = folder.resolve("alone").resolve(run);
      String phase = run.startsWith("adapted") ? "target" : "source";
      assertThat(TinyRuns.end(folder.resolve("jobs").resolve(run), phase))
          .isEqualTo(TinyRuns.end(there, phase));
    }
    assertThat(folder.resolve("jobs/adapted-seed1/results.json"))
        .content()
        .contains("\"reused\" : true");
  }

  @Test
  void aSeriesGoesOnElsewhereWhileAnotherProcessTrainsWhatARunNeeds() throws IOException {
    List<TableRow> rows = TableRow.ofTable(folder.resolve("experiments"), "paper", "2");
    var series =
        new RunSeries(
            folder.resolve("out"),
            new RunSeries.Inputs(
                false,
                List.of(),
                TinyRuns.settings(),
                DataRoots.parse(List.of(), Map.of()),
                WeightFiles.NONE));
    List<RunSeries.Planned> planned =
        series.plan(rows.stream().map(TableRow::subject).toList(), List.of(0L));
    String key = planned.get(0).run().beginning().orElseThrow().key();
    Path lease = Files.createDirectories(folder.resolve("out/phases")).resolve(key + ".lease");
    Files.writeString(lease, "process 1 on another machine\n");
    var begun = new ArrayList<String>();

    series.train(
        planned,
        run -> List.of(),
        run ->
            new TrainingListener() {
              @Override
              public void phaseStarted(String phase, long at, long iterations, String summary) {
                begun.add(run.subject().name() + " " + phase);
              }

              @Override
              public void phaseFinished(String phase, boolean resumed) {
                // The other one ends without the phase.
                assertThat(lease.toFile().delete() || begun.size() > 1).isTrue();
              }
            });

    assertThat(begun)
        .containsExactly(
            "longer source", "source source", "adapted pseudo-labels", "adapted target");
  }

  @Test
  void thingsToDoAreNotMixed() {
    Typed typed = reproduce("out", "--array", "--collect");

    assertThat(typed.code()).isEqualTo(CommandLine.USAGE);
    assertThat(typed.err()).contains("--array, --collect", "give one of them");
  }
}
