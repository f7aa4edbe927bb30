package org.crossfade.compare.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.crossfade.compare.Comparison;
import org.crossfade.compare.MethodScores;

/**
 * IoU of every class and method.
 *
 * @param methods titles of the columns
 * @param rows one a class
 * @param total the means
 */
record ClassTable(List<Page.Key> methods, List<Row> rows, List<Cell> total) {
  /** One class. */
  record Row(String name, String colour, List<Cell> cells) {}

  /** One figure. */
  record Cell(String value, String difference, String tint) {}

  static ClassTable of(Comparison comparison, List<Page.Key> keys) {
    var rows = new ArrayList<Row>();
    for (Page.Swatch swatch : Page.swatches(comparison.labelSpace())) {
      var cells = new ArrayList<Cell>();
      for (MethodScores method : comparison.methods()) {
        cells.add(
            cell(
                Numbers.percent(method.iou(swatch.name())),
                comparison.difference(method, swatch.name())));
      }
      rows.add(new Row(swatch.name(), swatch.colour(), cells));
    }
    List<Cell> total =
        comparison.methods().stream()
            .map(method -> cell(Numbers.percent(method.miou()), comparison.difference(method)))
            .toList();
    return new ClassTable(keys, rows, total);
  }

  private static Cell cell(String value, OptionalDouble difference) {
    return new Cell(value, Numbers.points(difference), Tint.of(difference));
  }
}
