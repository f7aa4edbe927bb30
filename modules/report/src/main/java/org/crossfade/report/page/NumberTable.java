package org.crossfade.report.page;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The numbers of a chart.
 *
 * @param note how the rows were chosen; empty if they are all
 * @param header titles of the columns
 * @param rows cells
 */
record NumberTable(String note, List<String> header, List<List<String>> rows) {
  /** How many rows a table shows at most. */
  static final int ROWS = 25;

  /** Returns {@code rows}, or as many of them, evenly spaced and with the last, as fit. */
  static NumberTable of(List<String> header, List<List<String>> rows) {
    if (rows.size() <= ROWS) {
      return new NumberTable("", header, rows);
    }
    int step = (rows.size() + ROWS - 1) / ROWS;
    List<List<String>> kept =
        IntStream.range(0, rows.size())
            .filter(i -> (rows.size() - 1 - i) % step == 0)
            .mapToObj(rows::get)
            .toList();
    return new NumberTable(
        "Every " + step + ". of " + rows.size() + " logged lines; all are in metrics.jsonl.",
        header,
        kept);
  }
}
