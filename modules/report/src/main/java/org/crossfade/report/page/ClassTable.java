package org.crossfade.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.crossfade.report.Comparison;
import org.crossfade.report.MethodScores;
import org.crossfade.training.evaluation.Spread;

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
  record Cell(String value, String deviation, String difference, String tint) {}

  /** Returns tables of all methods, side by side as far as there is room. */
  static List<ClassTable> all(Comparison comparison, List<Page.Key> keys) {
    return Columns.groups(comparison.methods()).stream()
        .map(methods -> of(comparison, methods, keys))
        .toList();
  }

  private static ClassTable of(
      Comparison comparison, List<MethodScores> methods, List<Page.Key> keys) {
    var rows = new ArrayList<Row>();
    for (Page.Swatch swatch : Page.swatches(comparison.labelSpace())) {
      var cells = new ArrayList<Cell>();
      for (MethodScores method : methods) {
        cells.add(cell(method.iou(swatch.name()), comparison.difference(method, swatch.name())));
      }
      rows.add(new Row(swatch.name(), swatch.colour(), cells));
    }
    List<Cell> total =
        methods.stream()
            .map(method -> cell(Optional.of(method.miou()), comparison.difference(method)))
            .toList();
    int from = comparison.methods().indexOf(methods.get(0));
    return new ClassTable(keys.subList(from, from + methods.size()), rows, total);
  }

  /** Returns the cell of a figure; without a difference, pass none. */
  static Cell cell(Optional<Spread> figure, OptionalDouble difference) {
    return new Cell(
        Numbers.meanPercent(figure),
        Numbers.deviationPercent(figure),
        Numbers.points(difference),
        Tint.of(difference));
  }
}
