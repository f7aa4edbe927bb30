package org.crossfade.report.page;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.crossfade.report.Beside;

/**
 * The comparison's scores beside those of other runs of the same methods.
 *
 * @param source where those lie
 * @param rows one a method; none where there are no other runs
 */
record BesideTable(String source, List<Row> rows) {
  /** One method. */
  record Row(
      String method, String here, String there, String gainHere, String gainThere, String seeds) {}

  static BesideTable of(Optional<Beside> beside) {
    return beside
        .map(
            other ->
                new BesideTable(
                    other.source(), other.rows().stream().map(BesideTable::row).toList()))
        .orElse(new BesideTable("", List.of()));
  }

  boolean present() {
    return !rows.isEmpty();
  }

  private static Row row(Beside.Row row) {
    return new Row(
        row.label(),
        Numbers.percent(row.here()),
        Numbers.percent(row.there()),
        row.gainHere().map(Numbers::gain).orElse("–"),
        row.gainThere().map(Numbers::gain).orElse("–"),
        row.seeds().stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }
}
