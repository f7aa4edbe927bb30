package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.tables.reference.PublishedTable;
import org.crossfade.tables.reference.PublishedValue;
import org.crossfade.tables.reproduce.RowCost;
import org.crossfade.tables.reproduce.RowOptions;
import org.crossfade.tables.reproduce.TableRow;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every experiment that is shipped. */
class ExperimentsTest {
  private static final Path EXPERIMENTS = Path.of("../../experiments");
  private static final Path PUBLISHED = Path.of("../../reference-results");

  /** Those of no table make the method of their folder, and source-only beside it. */
  @TestFactory
  Stream<DynamicTest> everyExperimentMakesItsMethod() throws IOException {
    List<Path> files = files().filter(file -> !isRow(file)).toList();
    assertThat(files).isNotEmpty();
    return files.stream()
        .flatMap(
            file ->
                methods(file)
                    .map(
                        method ->
                            DynamicTest.dynamicTest(
                                file + " " + method, () -> make(file, method))));
  }

  /** A file beside the papers' folders is a task for every form on Streets. */
  private static Stream<String> methods(Path file) {
    return isForAll(file)
        ? Subjects.methodsOnStreets().stream()
        : Stream.of(file.getParent().getFileName().toString(), "source-only");
  }

  private static boolean isForAll(Path file) {
    return file.getParent().equals(EXPERIMENTS);
  }

  private static void make(Path file, String method) {
    ExperimentLoader loader = load(file, method, isForAll(file));

    assertThat(loader.method().phases()).isNotEmpty();
    assertThat(loader.task().name()).isNotEqualTo("GTA5 to Cityscapes");
  }

  /**
   * By hand: 150,000 iterations of two images of 1024x512 are 157,286 megapixels, or 34.95 hours.
   */
  @Test
  void aRowCostsWhatItsPhasesDraw() {
    TableRow row = TableRow.read(EXPERIMENTS.resolve("fada/table1/adaptsegnet-rome.conf"));

    assertThat(row.cost(List.of(), List.of())).isEqualTo(new RowCost(150_000, 300_000, 35.0));
  }

  @TestFactory
  Stream<DynamicTest> everyRowHasThePapersNumbersOrSaysThatThePaperHasNone() throws IOException {
    return rows(
        row -> {
          if (row.options().published().isEmpty()) {
            assertThat(row.options().note().orElse("")).contains("not in the paper");
            return;
          }
          RowOptions.Published published = row.options().published().get();
          PublishedTable table = table(row.file());
          for (String column : published.columns()) {
            assertThat(
                    table.value(
                        published.task(),
                        published.setting(),
                        published.backbone(),
                        published.method(),
                        column))
                .as(published + ": " + column)
                .isPresent();
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> everyRowTrainsOnThePapersTask() throws IOException {
    return rows(
        row -> {
          String task = load(row.file(), row.options().method(), false).task().name();
          assertThat(tables(row.file())).extracting(PublishedValue::task).contains(task);
          row.options()
              .published()
              .ifPresent(published -> assertThat(task).isEqualTo(published.task()));
        });
  }

  @TestFactory
  Stream<DynamicTest> everyRowHasASmallFormOfTheSamePhases() throws IOException {
    return rows(
        row -> {
          ExperimentLoader full = load(row.file(), row.options().method(), false);
          ExperimentLoader small = load(row.file(), row.options().method(), true);

          assertThat(small.task().name()).startsWith("Streets");
          assertThat(small.task().classes()).isEqualTo(full.task().classes());
          // Where nothing is pretrained, a supervised phase comes first.
          assertThat(kinds(small)).containsSubsequence(kinds(full));
        });
  }

  /** PixDA's means over groups, at the published size and on Streets. */
  @TestFactory
  Stream<DynamicTest> everyRowsGroupsAreThoseOfThePapersSource() throws IOException {
    return rows(
        row -> {
          for (boolean streets : List.of(false, true)) {
            LabelSpace space =
                load(row.file(), row.options().method(), streets).task().labelSpace();
            for (RowOptions.Published published : row.options().published().stream().toList()) {
              String source = published.task().startsWith("SYNTHIA") ? "(SYNTHIA)" : "(GTA5)";
              for (String column : published.columns()) {
                if (column.equals("mIoU_well") || column.equals("mIoU_under")) {
                  assertThat(space.column(column).orElseThrow().title()).endsWith(source);
                }
              }
            }
          }
        });
  }

  /** Of phases that come in rounds, the small form may have fewer: {@code meta-2} is a meta. */
  private static List<String> kinds(ExperimentLoader loader) {
    return loader.method().phases().stream()
        .map(phase -> phase.name().replaceAll("-\\d+$", ""))
        .distinct()
        .toList();
  }

  private interface RowCheck {
    void of(TableRow row) throws IOException;
  }

  private static Stream<DynamicTest> rows(RowCheck check) throws IOException {
    List<Path> files = files().filter(ExperimentsTest::isRow).toList();
    assertThat(files).isNotEmpty();
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    EXPERIMENTS.relativize(file).toString(), () -> check.of(TableRow.read(file))));
  }

  private static Stream<Path> files() throws IOException {
    try (var walk = Files.walk(EXPERIMENTS)) {
      return walk.filter(f -> f.toString().endsWith(".conf")).sorted().toList().stream();
    }
  }

  private static boolean isRow(Path file) {
    return file.getParent().getFileName().toString().matches("(table|figure)\\d+");
  }

  /** Numbers of the row's table; of all the paper's where a figure has none. */
  private static List<PublishedValue> tables(Path row) throws IOException {
    Path paper = PUBLISHED.resolve(row.getParent().getParent().getFileName());
    String own = row.getParent().getFileName() + ".csv";
    var values = new ArrayList<PublishedValue>();
    try (var files = Files.list(paper)) {
      for (Path file : files.sorted().toList()) {
        if (!Files.exists(paper.resolve(own)) || file.endsWith(own)) {
          values.addAll(PublishedTable.read(file).values());
        }
      }
    }
    return values;
  }

  private static PublishedTable table(Path row) throws IOException {
    Path table = row.getParent();
    return PublishedTable.read(
        PUBLISHED.resolve(table.getParent().getFileName()).resolve(table.getFileName() + ".csv"));
  }

  private static ExperimentLoader load(Path file, String method, boolean streets) {
    return new ExperimentLoader(new OptionSources(method, streets, List.of(file), List.of()));
  }
}
