package org.crossfade.report.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.crossfade.report.Comparison;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.MethodScores;
import org.crossfade.report.MetricsHistory;
import org.crossfade.training.evaluation.Spread;

/**
 * What happened over the iterations.
 *
 * @param methods legend
 * @param miou over all iterations of a method, phase after phase
 * @param losses one chart for each phase that was trained; methods that share a phase share it
 * @param rates the same of learning rates
 */
record Curves(
    List<Page.Key> methods, LineChart miou, List<LossChart> losses, List<LossChart> rates) {
  /** The losses of one phase, or its learning rates. */
  record LossChart(String phase, String methods, String unit, LineChart chart) {}

  boolean hasRates() {
    return !rates.isEmpty();
  }

  private record LossKey(String phase, List<MetricsHistory.Progress> lines) {}

  static Curves of(Comparison comparison, List<Page.Key> keys) {
    Map<LossKey, List<String>> trained = trained(comparison);
    return new Curves(keys, miou(comparison, keys), losses(trained), rates(trained));
  }

  private static LineChart miou(Comparison comparison, List<Page.Key> keys) {
    var series = new ArrayList<LineChart.Series>();
    var rows = new ArrayList<List<String>>();
    for (int i = 0; i < keys.size(); i++) {
      MethodScores method = comparison.methods().get(i);
      var points = new ArrayList<double[]>();
      long before = 0;
      for (String phase : method.first().phases()) {
        for (MetricsHistory.Evaluation at : method.first().history().evaluationsOf(phase)) {
          Spread miou = method.over(run -> miou(run, at)).orElseThrow();
          points.add(new double[] {before + at.iteration(), 100 * miou.mean()});
          rows.add(
              List.of(
                  method.label(),
                  at.phase(),
                  Long.toString(at.iteration()),
                  Numbers.percent(miou)));
        }
        before += method.first().iterations(phase);
      }
      series.add(new LineChart.Series(method.label(), keys.get(i).appearance(), true, points));
    }
    return LineChart.of(
        "mIoU on the target's validation images over training iterations",
        "iterations, phase after phase",
        false,
        series,
        new NumberTable("", List.of("method", "phase", "iteration", "mIoU %"), rows));
  }

  private static Optional<Double> miou(FinishedRun run, MetricsHistory.Evaluation at) {
    return run.history().evaluationsOf(at.phase()).stream()
        .filter(e -> e.iteration() == at.iteration())
        .map(MetricsHistory.Evaluation::miou)
        .findFirst();
  }

  private static Map<LossKey, List<String>> trained(Comparison comparison) {
    Map<LossKey, List<String>> methods = new LinkedHashMap<>();
    for (MethodScores method : comparison.methods()) {
      FinishedRun run = method.first();
      for (String phase : run.phases()) {
        List<MetricsHistory.Progress> lines = run.history().progressOf(phase);
        if (!lines.isEmpty()) {
          methods
              .computeIfAbsent(new LossKey(phase, lines), k -> new ArrayList<>())
              .add(method.label());
        }
      }
    }
    return methods;
  }

  private static List<LossChart> losses(Map<LossKey, List<String>> trained) {
    var charts = new ArrayList<LossChart>();
    trained.forEach(
        (key, methods) ->
            charts.add(
                new LossChart(
                    key.phase(),
                    String.join(", ", methods),
                    "",
                    chart(
                        "Losses of the phase " + key.phase() + " over its iterations",
                        key.lines(),
                        MetricsHistory.Progress::losses,
                        1))));
    return charts;
  }

  /** Rates are far below 1: in units of a power of ten they can be read. */
  private static List<LossChart> rates(Map<LossKey, List<String>> trained) {
    var charts = new ArrayList<LossChart>();
    trained.forEach(
        (key, methods) -> {
          double highest =
              key.lines().stream()
                  .flatMap(line -> line.rates().values().stream())
                  .mapToDouble(rate -> rate)
                  .max()
                  .orElse(0);
          if (highest > 0) {
            int exponent = (int) Math.floor(Math.log10(highest) + 1e-9);
            charts.add(
                new LossChart(
                    key.phase(),
                    String.join(", ", methods),
                    exponent == 0 ? "" : "in units of 1e" + exponent,
                    chart(
                        "Learning rates of the phase " + key.phase() + " over its iterations",
                        key.lines(),
                        MetricsHistory.Progress::rates,
                        Math.pow(10, exponent))));
          }
        });
    return charts;
  }

  private static LineChart chart(
      String description,
      List<MetricsHistory.Progress> lines,
      Function<MetricsHistory.Progress, Map<String, Double>> values,
      double unit) {
    var names = new LinkedHashSet<String>();
    lines.forEach(line -> names.addAll(values.apply(line).keySet()));
    var series = new ArrayList<LineChart.Series>();
    // From 1: grey stands for source-only.
    int index = 1;
    for (String name : names) {
      List<double[]> points =
          lines.stream()
              .filter(line -> values.apply(line).containsKey(name))
              .map(line -> new double[] {line.iteration(), values.apply(line).get(name) / unit})
              .toList();
      series.add(new LineChart.Series(name, Appearance.of(index++), points.size() < 2, points));
    }
    var header = new ArrayList<String>(List.of("iteration"));
    header.addAll(names);
    List<List<String>> rows =
        lines.stream()
            .map(
                line -> {
                  var row = new ArrayList<String>();
                  row.add(Long.toString(line.iteration()));
                  names.forEach(
                      name ->
                          row.add(
                              values.apply(line).containsKey(name)
                                  ? Numbers.significant(values.apply(line).get(name))
                                  : "–"));
                  return List.copyOf(row);
                })
            .toList();
    return LineChart.of(
        description, "iterations of the phase", true, series, NumberTable.of(header, rows));
  }
}
