package org.crossfade.tables.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crossfade.datasets.DataRoots;
import org.crossfade.tables.series.RunSeries;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.Typed;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.loop.TrainingListener;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.session.WeightFiles;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.Safetensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of two rows that begin alike. */
class ReproduceTest {
  @TempDir Path folder;

  @BeforeEach
  void writeTable() throws IOException {
    Path table = Files.createDirectories(folder.resolve("experiments/paper/table2"));
    Files.writeString(
        table.resolve("adapted.conf"),
        row(
                2,
                "Adapted",
                "published { task = T, setting = \"\", backbone = B, method = ours,"
                    + " columns = [mIoU, mIoU_tail, wrong-pixels] }, note = \"half the batch\"")
            + "crossfade.tiny.target-iterations = 2\n"
            + "full.crossfade.tiny { target-iterations = 7, source.iterations = 2 }\n");
    Files.writeString(
        table.resolve("source.conf"),
        row(1, "Source", "")
            + "crossfade.tiny.target-iterations = 0\nfull.crossfade.tiny.source.iterations = 2\n");
    Path numbers = Files.createDirectories(folder.resolve("numbers/paper"));
    Files.writeString(
        numbers.resolve("table2.csv"),
        "task,setting,backbone,method,column,value,note\nT,,B,ours,mIoU,45.7,misprint?\n");
  }

  private static String row(int order, String title, String more) {
    return "row { order = %d, title = %s, method = tiny\n%s }\n".formatted(order, title, more);
  }

  private Typed reproduce(String... more) {
    return new Typed.Line()
        .add("reproduce", "--paper", "paper", "--table", "2")
        .add("--experiments", folder.resolve("experiments"))
        .add("--reference-results", folder.resolve("numbers"))
        .add("--out", folder.resolve("out"))
        .settings()
        .add((Object[]) more)
        .run();
  }

  @Test
  void printsOursBesideThePapersInTheTablesOrder() {
    Typed typed = reproduce("--seeds", "0,1");

    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
    List<String> lines =
        typed.out().lines().filter(l -> l.startsWith("Source") || l.startsWith("Adapted")).toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).startsWith("Source").contains("mIoU", "0 1", "last", "float32", " ± ");
    assertThat(lines.get(1)).contains("mIoU", "45.7", "half the batch misprint?");
    assertThat(lines.get(2)).contains("mIoU_tail");
    assertThat(lines.get(3)).containsPattern("wrong-pixels +\\d+\\.\\d ± ");
    assertThat(folder.resolve("out/table.csv")).content().contains("Adapted,mIoU,", "45.7");
  }

  @Test
  void aSecondRunTrainsNothingAndPrintsTheSame() throws IOException {
    String first = table(reproduce());
    var before = Files.getLastModifiedTime(folder.resolve("out/adapted-seed0/results.json"));

    Typed again = reproduce();

    assertThat(table(again)).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(folder.resolve("out/adapted-seed0/results.json")))
        .isEqualTo(before);
  }

  @Test
  void weightsThatFitNoRowAreRefusedBeforeTheFirstIsTrained() {
    Path file = folder.resolve("foreign.safetensors");
    Safetensors.write(file, List.of(NamedTensor.of("layer1.weight", new float[2], 2)));

    Typed typed = reproduce("--weights", file.toString());

    assertThat(typed.code()).isEqualTo(CommandLine.FAILED);
    assertThat(typed.err()).contains("Source: " + file, "Adapted: " + file, "layer1.weight");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /**
   * Everything that a listener hears is a moment at which the process may end: the first time that
   * it comes up, it does. What lies in the folder is then all that the next start knows.
   */
  @Test
  void interruptedAnywhereItEndsInTheSameTable() throws IOException {
    String whole = table(reproduce("--set", "run.checkpoint-every=1"));
    Path uninterrupted = Files.move(folder.resolve("out"), folder.resolve("uninterrupted"));
    List<TableRow> rows = TableRow.ofTable(folder.resolve("experiments"), "paper", "2");
    var moments = new LinkedHashSet<String>();

    for (int before = -1; before < moments.size(); ) {
      before = moments.size();
      try {
        var series = new RunSeries(folder.resolve("out"), inputs());
        series.train(
            series.plan(rows.stream().map(TableRow::subject).toList(), List.of(0L)),
            run -> List.of(),
            run -> interruption(run.subject().name(), moments));
      } catch (Interruption e) {
        assertThat(moments).hasSize(before + 1);
      }
    }

    assertThat(moments).hasSizeGreaterThan(12).anyMatch(m -> m.startsWith("adapted [saved"));
    // Trains nothing: all is finished. The command prints the folder's table.
    assertThat(table(reproduce("--set", "run.checkpoint-every=1"))).isEqualTo(whole);
    for (String run : List.of("adapted-seed0", "source-seed0")) {
      for (String phase : phases(uninterrupted.resolve(run))) {
        assertThat(TinyRuns.end(folder.resolve("out").resolve(run), phase))
            .as(run + ", " + phase)
            .isEqualTo(TinyRuns.end(uninterrupted.resolve(run), phase));
      }
    }
  }

  private static Set<String> phases(Path run) throws IOException {
    return RunResults.read(new RunDirectory(run).results()).orElseThrow().phases().keySet();
  }

  private RunSeries.Inputs inputs() {
    return new RunSeries.Inputs(
        false,
        List.of(),
        TinyRuns.settings("run.checkpoint-every=1"),
        DataRoots.parse(List.of(), Map.of()),
        WeightFiles.NONE);
  }

  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static TrainingListener interruption(String row, Set<String> moments) {
    return new TrainingListener() {
      private void at(Object... moment) {
        if (moments.add(row + " " + Arrays.toString(moment))) {
          throw new Interruption();
        }
      }

      @Override
      public void phaseStarted(String phase, long iteration, long iterations, String summary) {
        at("started", phase);
      }

      @Override
      public void iterated(String phase, long iteration, long iterations) {
        at("iterated", phase, iteration);
      }

      @Override
      public void evaluated(EvaluationResult result) {
        at("evaluated", result.phase(), result.iteration());
      }

      @Override
      public void saved(String phase, long iteration) {
        at("saved", phase, iteration);
      }

      @Override
      public void phaseFinished(String phase, boolean resumed) {
        at("finished", phase, resumed);
      }
    };
  }

  @Test
  void rowsThatBeginAlikeTrainTheBeginningOnce() throws IOException {
    reproduce();

    assertThat(folder.resolve("out/adapted-seed0/results.json"))
        .content()
        .containsPattern("\"reused\" : true");
    assertThat(TinyRuns.end(folder.resolve("out/adapted-seed0"), "source"))
        .isEqualTo(TinyRuns.end(folder.resolve("out/source-seed0"), "source"));
  }

  @Test
  void aRunSaysWhatMakesItAlone() throws IOException {
    reproduce("--seeds", "0,1");

    assertThat(folder.resolve("out/adapted-seed1/run.json"))
        .content()
        .containsPattern("\"reproduce\",\\s*\"--paper\",\\s*\"paper\",\\s*\"--table\",\\s*\"2\"")
        .containsPattern("\"--row\",\\s*\"adapted\",\\s*\"--seeds\",\\s*\"1\"");
    assertThat(folder.resolve("out/adapted-seed1/cost.json")).content().contains("seconds");
  }

  @Test
  void whatMakesTheRowWinsOverItsSize() {
    reproduce("--row", "adapted");

    assertThat(folder.resolve("out/adapted-seed0/config.conf"))
        .content()
        .contains("target-iterations=2");
    assertThat(folder.resolve("out/source-seed0")).doesNotExist();
  }

  @Test
  void listShowsRowsAndCostAndTrainsNothing() {
    Typed typed =
        reproduce(
            "--list",
            "--set",
            "tiny.source.iterations=1000000",
            "--set",
            "tiny.source.decay.horizon=1000000",
            "--set",
            "tiny.source.stream.batch=10");

    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
    assertThat(typed.out()).contains("GPU hours");
    // 2 iterations of the row's own, and 10,000,020 images of 64x32: 20,480 megapixels.
    assertThat(typed.out()).containsPattern("adapted +tiny +Adapted +1000002 +10000020 +5");
    assertThat(typed.out()).contains("half the batch");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aRowThatSaysWhatItCostsIsRefused() throws IOException {
    Path file = folder.resolve("experiments/paper/table2/source.conf");
    Files.writeString(file, row(1, "Source", "cost { iterations = 9, images = 9, gpu-hours = 3 }"));

    Typed typed = reproduce("--list");

    assertThat(typed.code()).isEqualTo(CommandLine.USAGE);
    assertThat(typed.err())
        .contains(
            "source.conf: 2",
            "'row.cost' is no option any more",
            "'reproduce --list' computes it",
            "remove it");
  }

  @Test
  void anUnknownRowListsTheRows() {
    Typed typed = reproduce("--row", "adaptd");

    assertThat(typed.code()).isEqualTo(CommandLine.USAGE);
    assertThat(typed.err()).contains("adaptd", "has no such row", "source, adapted");
  }

  @Test
  void anUnknownTableListsTheTables() {
    Typed typed =
        new Typed.Line()
            .add("reproduce", "--paper", "paper", "--table", "9")
            .add("--experiments", folder.resolve("experiments"))
            .run();

    assertThat(typed.code()).isEqualTo(CommandLine.FAILED);
    assertThat(typed.err()).contains("no table 9 of paper", "paper/table2");
  }

  private static String table(Typed typed) {
    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
    return typed.out().substring(typed.out().indexOf("paper, table 2"));
  }
}
