package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.crossfade.methodtest.MethodContract;
import org.crossfade.report.FinishedRun;
import org.crossfade.training.cli.CommandLine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of two papers' tables, which begin alike, and a method. */
class CompareRowsTest {
  @TempDir private static Path folder;

  /** Training takes long: what several tests look at is trained once, into {@code out}. */
  private static Typed trained;

  private static String report;

  private record Typed(int code, String out, String err) {}

  @BeforeAll
  static void trainRowsAndMethod() throws IOException {
    row("one/table3/plain", 1, "source-only", "");
    row("one/table3/adapted", 2, "adaptsegnet", "");
    row(
        "two/table1/plain",
        1,
        "source-only",
        "streets.crossfade.source-only.source.iterations = 3\n");
    trained = rowsAndMethod();
    assertThat(trained.code()).as(trained.err()).isEqualTo(CommandLine.DONE);
    report = page();
  }

  private static void row(String place, int order, String method, String options)
      throws IOException {
    Path file = folder.resolve("experiments").resolve(place + ".conf");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "row { order = %d, title = %s, method = %s }\n"
                .formatted(order, place.replace('/', ' '), method)
            + options);
  }

  private static Typed compare(Object... more) {
    var words = new ArrayList<>(List.of("--experiments", folder.resolve("experiments").toString()));
    words.addAll(List.of("--out", folder.resolve("out").toString()));
    for (Object word : more) {
      words.add(word.toString());
    }
    var err = new ByteArrayOutputStream();
    var out = new ByteArrayOutputStream();
    PrintStream errBefore = System.err;
    PrintStream outBefore = System.out;
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      int code =
          CommandLine.single("compare", new CompareCommand()).run(words.toArray(String[]::new));
      return new Typed(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(errBefore);
      System.setOut(outBefore);
    }
  }

  /** Two iterations a phase, but where a row says another number itself. */
  private static Typed small(Object... more) {
    Set<String> settings = new LinkedHashSet<>();
    settings.addAll(MethodContract.small("source-only", List.of(), 2).settings());
    settings.addAll(MethodContract.small("adaptsegnet", List.of(), 2).settings());
    settings.remove("source-only.source.iterations = 2");
    settings.addAll(List.of("run.class-center-distance = false", "run.feature-map-cells = 0"));
    var words = new ArrayList<Object>(List.of(more));
    settings.forEach(setting -> words.addAll(List.of("--set", setting)));
    return compare(words.toArray());
  }

  private static Typed rowsAndMethod() {
    return small(
        "--streets",
        "--methods",
        "adaptsegnet",
        "--rows",
        "one/table3/adapted,two/table1/plain",
        "--seeds",
        "4");
  }

  @Test
  void rowsOfTwoTablesAndAMethodEndInOneReport() {
    assertThat(trained.out().lines())
        .filteredOn(line -> line.matches("[a-z].* last +float32 +4.*"))
        .extracting(line -> line.substring(0, line.indexOf(" ")))
        .containsExactly("adaptsegnet", "one-table3-adapted", "two-table1-plain");
    // The row's own option holds: three iterations, not the small form's 500.
    assertThat(trained.out()).containsPattern("two-table1-plain .* 3 +last +float32 +4");
    assertThat(report)
        .contains("<th class=\"n\">one-table3-adapted</th><th class=\"n\">two-table1-plain</th>")
        .contains("--rows one/table3/adapted --seeds 4 --streets --set")
        .contains("--methods adaptsegnet --seeds 4 --streets --set")
        .contains("exec:java@demo -Dexec.args");
  }

  @Test
  void whatRowsHaveInCommonIsTrainedOnceAndWhatIsFinishedNotAgain() throws IOException {
    Path results = folder.resolve("out/one-table3-adapted-seed4/results.json");
    assertThat(Files.readString(results)).contains("\"reused\" : true");
    var before = Files.getLastModifiedTime(results);

    assertThat(rowsAndMethod().code()).isEqualTo(CommandLine.DONE);
    assertThat(Files.getLastModifiedTime(results)).isEqualTo(before);
    assertThat(page()).isEqualTo(report);

    // A method's name means no row of that method: the report is on what was asked for.
    Typed method = small("--streets", "--methods", "adaptsegnet", "--seeds", "4");
    assertThat(method.out()).contains("adaptsegnet").doesNotContain("one-table3-adapted");
    // From finished runs, rows may be chosen as they were for training.
    Typed again = compare("--report-only", "--rows", "two/table1/plain");
    assertThat(again.out()).contains("two-table1-plain").doesNotContain("adapted");
  }

  @Test
  void aControlIsTrainedBesideItsMethodAndTheTableSaysWhatTheIdeaAdds() throws IOException {
    Typed typed =
        small(
            "--streets",
            "--methods",
            "adaptsegnet",
            "--controls",
            "--seeds",
            "5",
            "--order",
            "adaptsegnet.alignment-off < adaptsegnet < fada");
    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);

    double gain = 100 * (miou("adaptsegnet") - miou("adaptsegnet.alignment-off"));
    String points = String.format(Locale.ROOT, "%+.1f", gain);
    assertThat(typed.out().lines())
        .anyMatch(line -> line.matches("adaptsegnet .*" + Pattern.quote(points) + " .*"))
        .anyMatch(
            line ->
                line.startsWith("adaptsegnet: alignment adds " + points + " points")
                    && line.endsWith("1 seed shows nothing yet."))
        .contains(
            "adaptsegnet.alignment-off < adaptsegnet: "
                + points
                + " points, 1 seed shows nothing"
                + " yet",
            "adaptsegnet < fada: not measured, no finished run of fada");
    assertThat(page()).contains("What each idea adds", "λ_adv = 0");

    // The pair is found again by its options, whatever the folders are called.
    Files.move(
        folder.resolve("out/adaptsegnet.alignment-off-seed5"), folder.resolve("out/x-seed5"));
    assertThat(compare("--report-only", "--seeds", "5").out())
        .contains("adaptsegnet: alignment adds " + points + " points of mIoU over its control x ");
  }

  private static double miou(String name) throws IOException {
    return FinishedRun.read(folder.resolve("out/" + name + "-seed5")).orElseThrow().scores().miou();
  }

  @Test
  void anOrderIsAtLeastTwoNames() {
    Typed typed = compare("--report-only", "--order", "fada");
    assertThat(typed.code()).isEqualTo(CommandLine.USAGE);
    assertThat(typed.err()).contains("--order 'fada'", "source-only < fada");
  }

  @Test
  void rowsWithoutStreetsNeedTheirData() {
    Typed typed = compare("--rows", "one/table3", "--data-root", folder.resolve("nowhere"));

    assertThat(typed.code()).isEqualTo(CommandLine.FAILED);
    assertThat(typed.err()).contains("gta5", "nowhere");
    assertThat(folder.resolve("out/one-table3-plain-seed0")).doesNotExist();
  }

  @Test
  void anUnknownRowListsTheRowsAndAnUnknownTableTheTables() {
    Typed row = compare("--streets", "--rows", "one/table3/adaptd");
    assertThat(row.code()).isEqualTo(CommandLine.USAGE);
    assertThat(row.err())
        .contains("--rows one/table3/adaptd: one/table3 has no such row; there are plain, adapted");

    for (String place : List.of("one/table4/plain", "one", "one/3/plain", "one/table3/plain/x")) {
      Typed table = compare("--streets", "--rows", place);
      assertThat(table.code()).isEqualTo(CommandLine.USAGE);
      assertThat(table.err())
          .contains("--rows " + place + ": there is no such table")
          .contains("PAPER/tableN/ROW", "one/table3, two/table1");
    }
  }

  @Test
  void oneThingIsNotChosenTwiceNorAtTwoSizes() {
    assertThat(compare("--streets", "--rows", "one/table3,one/table3/plain"))
        .returns(CommandLine.USAGE, Typed::code)
        .satisfies(t -> assertThat(t.err()).contains("--rows names one/table3/plain twice"));
    assertThat(compare("--methods", "source-only", "--rows", "one/table3/plain"))
        .returns(CommandLine.USAGE, Typed::code)
        .satisfies(t -> assertThat(t.err()).contains("give --streets, or --config"));
    assertThat(compare("--runs", folder, "--rows", "one/table3/plain"))
        .returns(CommandLine.USAGE, Typed::code)
        .satisfies(t -> assertThat(t.err()).contains("--runs are finished"));
  }

  private static String page() throws IOException {
    return Files.readString(folder.resolve("out/report.html")).replace("&#x3D;", "=");
  }
}
