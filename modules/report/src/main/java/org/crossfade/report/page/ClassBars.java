package org.crossfade.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.report.Comparison;
import org.crossfade.report.MethodScores;
import org.crossfade.training.evaluation.Spread;

/** Bars of every class, a bar a method. */
final class ClassBars {
  /** What a method has for a class. */
  interface Figure {
    /** Returns the figure, if the class has one. */
    Optional<Spread> of(MethodScores method, String className);
  }

  /** How a figure is written. */
  interface Text {
    /** Returns the text. */
    String of(Optional<Spread> figure);
  }

  private ClassBars() {}

  /** Returns the IoU of every class. */
  static BarChart iou(Comparison comparison, List<Page.Key> keys) {
    return of(comparison, keys, MethodScores::iou, Numbers::percent);
  }

  /** Returns a figure of every class. */
  static BarChart of(Comparison comparison, List<Page.Key> keys, Figure figure, Text text) {
    List<Page.Swatch> classes = Page.swatches(comparison.labelSpace());
    double full =
        full(
            classes.stream()
                .flatMap(c -> comparison.methods().stream().map(m -> figure.of(m, c.name())))
                .toList());
    var groups = new ArrayList<BarChart.Group>();
    for (Page.Swatch one : classes) {
      var bars = new ArrayList<BarChart.Bar>();
      for (int i = 0; i < keys.size(); i++) {
        Optional<Spread> value = figure.of(comparison.methods().get(i), one.name());
        bars.add(
            BarChart.Bar.of(
                keys.get(i).name(), keys.get(i).appearance(), value, full, text.of(value)));
      }
      groups.add(new BarChart.Group(one.name(), one.colour(), bars));
    }
    return new BarChart(groups);
  }

  /** Returns the value that fills the room: the largest, deviation included. */
  static double full(List<Optional<Spread>> values) {
    double largest =
        values.stream()
            .flatMap(Optional::stream)
            .mapToDouble(v -> v.mean() + v.deviation().orElse(0))
            .max()
            .orElse(0);
    return largest > 0 ? largest : 1;
  }
}
