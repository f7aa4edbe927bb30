package org.crossfade.training.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tables for a terminal. */
public final class TextTable {
  private TextTable() {}

  /**
   * Returns rows as lines with aligned columns.
   *
   * @param rows of equal length; the first is the header
   * @param text columns that are aligned to the left; all others to the right
   */
  public static String aligned(List<List<String>> rows, Set<Integer> text) {
    var lines = new ArrayList<String>();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width = Math.max(1, rows.stream().mapToInt(r -> r.get(at).length()).max().orElse(1));
        String format = (text.contains(column) ? "%-" : "%") + width + "s";
        line.append(String.format(format, row.get(column)));
        line.append("   ");
      }
      lines.add(line.toString().stripTrailing());
    }
    return String.join("\n", lines);
  }
}
