package org.crossfade.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.report.Comparison;
import org.crossfade.report.MethodScores;
import org.crossfade.training.evaluation.Spread;

/**
 * Class center distances (FADA, equation 9): how far features scatter around their class's centre
 * against how far the other classes are away. Lower is better.
 *
 * @param present whether any method has some
 * @param methods legend
 * @param means of every method
 * @param classes of every class and method
 */
record Distances(boolean present, List<Page.Key> methods, BarChart means, BarChart classes) {
  static Distances of(Comparison comparison, List<Page.Key> keys) {
    List<Optional<Spread>> values =
        comparison.methods().stream().map(MethodScores::meanDistance).toList();
    double full = ClassBars.full(values);
    var means = new ArrayList<BarChart.Group>();
    for (int i = 0; i < keys.size(); i++) {
      Page.Key key = keys.get(i);
      means.add(
          new BarChart.Group(
              key.name(),
              "",
              List.of(
                  BarChart.Bar.of(
                      key.name(),
                      key.appearance(),
                      values.get(i),
                      full,
                      Numbers.plain(values.get(i))))));
    }
    return new Distances(
        values.stream().anyMatch(Optional::isPresent),
        keys,
        new BarChart(means),
        ClassBars.of(comparison, keys, MethodScores::distance, Numbers::plain));
  }
}
