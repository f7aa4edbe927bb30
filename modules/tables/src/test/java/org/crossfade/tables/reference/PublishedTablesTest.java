package org.crossfade.tables.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The published numbers that are shipped: their form, and what they say about each other. */
class PublishedTablesTest {
  private static final Path RESULTS = Path.of("../../reference-results");
  private static final Path EXPERIMENTS = Path.of("../../experiments");
  private static final String GAIN = "↑";
  private static final Pattern AVERAGE =
      Pattern.compile("suspect: class values average (\\d+\\.\\d+)(;.*)?");
  private static final Pattern LIKELY =
      Pattern.compile("suspect: likely (\\d+(?:\\.\\d+)?)([;,].*)?");

  private static final Map<String, PublishedTable> TABLES = new TreeMap<>();
  private static final List<PublishedRow> ROWS = new ArrayList<>();

  @BeforeAll
  static void readAll() throws IOException {
    try (Stream<Path> files = Files.walk(RESULTS)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".csv")).toList()) {
        String name = RESULTS.relativize(file).toString().replace('\\', '/');
        TABLES.put(name.substring(0, name.length() - ".csv".length()), PublishedTable.read(file));
      }
    }
    TABLES.forEach((name, table) -> ROWS.addAll(PublishedRow.of(name, table.values())));
  }

  /** A paper's table without numbers (PiXL's first) has neither a file here nor rows there. */
  @Test
  void everyTableWithRowsHasItsNumbersAndEveryTableWithNumbersItsRows() throws IOException {
    try (Stream<Path> folders = Files.walk(EXPERIMENTS, 2)) {
      assertThat(TABLES.keySet())
          .isNotEmpty()
          .containsExactlyInAnyOrderElementsOf(
              folders
                  .filter(folder -> folder.getFileName().toString().startsWith("table"))
                  .map(folder -> EXPERIMENTS.relativize(folder).toString().replace('\\', '/'))
                  .toList());
    }
  }

  @Test
  void columnsAreClassesMeansOrGains() {
    everyCell()
        .filter(cell -> PublishedRow.classesOf(cell).isEmpty())
        .filter(cell -> !cell.column().equals(GAIN))
        .forEach(cell -> assertThat(PublishedRow.CLASSES).contains(cell.column()));
  }

  @Test
  void valuesArePercentages() {
    everyCell()
        .forEach(
            cell ->
                assertThat(cell.value())
                    .as(cell.toString())
                    .isBetween(BigDecimal.ZERO, BigDecimal.valueOf(100)));
  }

  @Test
  void notesBeginWithAKnownWord() {
    everyCell()
        .filter(cell -> !cell.note().isEmpty())
        .forEach(
            cell ->
                assertThat(cell.note())
                    .matches("(suspect|unchecked|doubtful|assigned|quoted): .+"));
  }

  /** A slip of ours in a class or in a mean fails here, and so does a note without ground. */
  @Test
  void meansThatTheirClassesContradictAreExactlyTheSuspectOnes() {
    var contradicted = new TreeSet<String>();
    var noted = new TreeSet<String>();
    for (PublishedRow row : ROWS) {
      for (PublishedValue mean : row.completeMeans()) {
        if (!row.agrees(mean, row.classValues())) {
          contradicted.add(row.at(mean));
        }
      }
      for (PublishedValue cell : row.cells().values()) {
        if (suspect(cell) && PublishedRow.classesOf(cell).isPresent()) {
          noted.add(row.at(cell));
        }
      }
    }
    assertThat(contradicted).isNotEmpty().isEqualTo(noted);
  }

  @Test
  void theNoteOfASuspectMeanGivesTheAverageOfItsClasses() {
    for (PublishedRow row : ROWS) {
      for (PublishedValue mean : row.completeMeans()) {
        if (suspect(mean)) {
          var stated = new BigDecimal(match(AVERAGE, mean).group(1));
          assertThat(
                  PublishedRow.average(mean, row.classValues())
                      .setScale(stated.scale(), RoundingMode.HALF_UP))
              .as(row.at(mean))
              .isEqualTo(stated);
        }
      }
    }
  }

  @Test
  void theLikelyValueOfASuspectClassReconcilesEveryMeanOfItsRow() {
    int suspects = 0;
    for (PublishedRow row : ROWS) {
      var corrected = new LinkedHashMap<>(row.classValues());
      row.cells().values().stream()
          .filter(PublishedTablesTest::suspect)
          .filter(cell -> corrected.containsKey(cell.column()))
          .forEach(
              cell -> corrected.put(cell.column(), new BigDecimal(match(LIKELY, cell).group(1))));
      if (!corrected.equals(row.classValues())) {
        suspects++;
        assertThat(row.completeMeans())
            .as(row.table() + corrected)
            .isNotEmpty()
            .allMatch(mean -> row.agrees(mean, corrected));
      }
    }
    assertThat(suspects).isPositive();
  }

  @Test
  void meansThatLackAClassAreExactlyTheUncheckedOnes() {
    var lacking = new TreeSet<String>();
    var noted = new TreeSet<String>();
    for (PublishedRow row : ROWS) {
      row.means().stream()
          .filter(mean -> !row.completeMeans().contains(mean))
          .forEach(mean -> lacking.add(row.at(mean)));
      row.cells().values().stream()
          .filter(cell -> cell.note().startsWith("unchecked: "))
          .forEach(cell -> noted.add(row.at(cell)));
    }
    assertThat(lacking).isNotEmpty().isEqualTo(noted);
  }

  /**
   * Later papers quote earlier ones; a slip in one of two quotations shows as a small difference.
   */
  @Test
  void rowsOfTheSameMethodInTwoPapersAreEqualOrOtherRunsAltogether() {
    int equal = 0;
    for (PublishedRow one : ROWS) {
      for (PublishedRow other : ROWS) {
        if (one.table().compareTo(other.table()) < 0 && mayQuoteTheSame(one, other)) {
          var shared = new TreeSet<>(one.classValues().keySet());
          shared.retainAll(other.classValues().keySet());
          long differing =
              shared.stream()
                  .filter(c -> one.classValues().get(c).compareTo(other.classValues().get(c)) != 0)
                  .count();
          assertThat(differing == 0 || 2 * differing > shared.size())
              .as("%s and %s differ in %s classes", one.name(), other.name(), differing)
              .isTrue();
          equal += differing == 0 ? 1 : 0;
        }
      }
    }
    assertThat(equal).isGreaterThan(10);
  }

  private static boolean mayQuoteTheSame(PublishedRow one, PublishedRow other) {
    PublishedValue a = one.cells().values().iterator().next();
    PublishedValue b = other.cells().values().iterator().next();
    return !one.classValues().isEmpty()
        && !other.classValues().isEmpty()
        && a.task().equals(b.task())
        && a.method().equalsIgnoreCase(b.method())
        && (a.backbone().equals(b.backbone()) || a.backbone().isEmpty() || b.backbone().isEmpty());
  }

  @Test
  void aGainIsTheDifferenceToTheBaselineOfItsTable() {
    var gains = 0;
    for (PublishedTable table : TABLES.values()) {
      for (PublishedValue gain : table.values()) {
        if (gain.column().equals(GAIN)) {
          gains++;
          assertThat(gain.value())
              .as(gain.toString())
              .isEqualByComparingTo(
                  miou(table, gain.setting(), gain.method(), gain)
                      .subtract(miou(table, "", "baseline", gain)));
        }
      }
    }
    assertThat(gains).isPositive();
  }

  private static BigDecimal miou(
      PublishedTable table, String setting, String method, PublishedValue like) {
    return table.value(like.task(), setting, like.backbone(), method, "mIoU").orElseThrow().value();
  }

  @Test
  void theReadmeListsExactlyTheSuspectValues() throws IOException {
    List<String> listed =
        Files.readAllLines(RESULTS.resolve("README.md")).stream()
            .filter(line -> line.matches("\\| \\w+/table\\d .*"))
            .toList();
    var expected = new ArrayList<String>();
    for (PublishedRow row : ROWS) {
      for (PublishedValue cell : row.cells().values()) {
        if (suspect(cell)) {
          expected.add("| " + row.at(cell) + " | " + cell.value() + " | " + found(cell) + " |");
        }
      }
    }
    assertThat(listed).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static Stream<PublishedValue> everyCell() {
    return TABLES.values().stream().flatMap(table -> table.values().stream());
  }

  private static String found(PublishedValue cell) {
    return cell.note().substring("suspect: ".length());
  }

  private static boolean suspect(PublishedValue cell) {
    return cell.note().startsWith("suspect: ");
  }

  private static MatchResult match(Pattern pattern, PublishedValue cell) {
    var matcher = pattern.matcher(cell.note());
    assertThat(matcher.matches()).as(cell.toString()).isTrue();
    return matcher.toMatchResult();
  }
}
