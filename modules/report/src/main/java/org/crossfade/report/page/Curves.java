package org.crossfade.report.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 */
record Curves(List<Page.Key> methods, LineChart miou, List<LossChart> losses) {
  /** The losses of one phase. */
  record LossChart(String phase, String methods, LineChart chart) {}

  private record LossKey(String phase, List<MetricsHistory.Progress> lines) {}

  static Curves of(Comparison comparison, List<Page.Key> keys) {
    return new Curves(keys, miou(comparison, keys), losses(comparison));
  }

  private static LineChart miou(Comparison comparison, List<Page.Key> keys) {
    var series = new ArrayList<LineChart.Series>();
    var rows = new ArrayList<List<String>>();
    for (int i = 0; i < keys.size(); i++) {
      MethodScores method = comparison.methods().get(i);
      var points = new ArrayList<double[]>();
      long before = 0;
      for (var phase : method.first().results().phases().entrySet()) {
        for (MetricsHistory.Evaluation at :
            method.first().history().evaluationsOf(phase.getKey())) {
          Spread miou = method.over(run -> miou(run, at)).orElseThrow();
          points.add(new double[] {before + at.iteration(), 100 * miou.mean()});
          rows.add(
              List.of(
                  method.label(),
                  at.phase(),
                  Long.toString(at.iteration()),
                  Numbers.percent(miou)));
        }
        before += phase.getValue().iterations();
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

  private static List<LossChart> losses(Comparison comparison) {
    Map<LossKey, List<String>> methods = new LinkedHashMap<>();
    for (MethodScores method : comparison.methods()) {
      FinishedRun run = method.first();
      for (String phase : run.results().phases().keySet()) {
        List<MetricsHistory.Progress> lines = run.history().progressOf(phase);
        if (!lines.isEmpty()) {
          methods
              .computeIfAbsent(new LossKey(phase, lines), k -> new ArrayList<>())
              .add(method.label());
        }
      }
    }
    return methods.entrySet().stream()
        .map(
            e ->
                new LossChart(
                    e.getKey().phase(),
                    String.join(", ", e.getValue()),
                    loss(e.getKey().phase(), e.getKey().lines())))
        .toList();
  }

  private static LineChart loss(String phase, List<MetricsHistory.Progress> lines) {
    var terms = new LinkedHashSet<String>();
    lines.forEach(line -> terms.addAll(line.losses().keySet()));
    var series = new ArrayList<LineChart.Series>();
    // From 1: grey stands for source-only.
    int index = 1;
    for (String term : terms) {
      List<double[]> points =
          lines.stream()
              .filter(line -> line.losses().containsKey(term))
              .map(line -> new double[] {line.iteration(), line.losses().get(term)})
              .toList();
      series.add(new LineChart.Series(term, Appearance.of(index++), points.size() < 2, points));
    }
    var header = new ArrayList<String>(List.of("iteration"));
    header.addAll(terms);
    List<List<String>> rows =
        lines.stream()
            .map(
                line -> {
                  var row = new ArrayList<String>();
                  row.add(Long.toString(line.iteration()));
                  terms.forEach(
                      term ->
                          row.add(
                              line.losses().containsKey(term)
                                  ? Numbers.significant(line.losses().get(term))
                                  : "–"));
                  return List.copyOf(row);
                })
            .toList();
    return LineChart.of(
        "Losses of the phase " + phase + " over its iterations",
        "iterations of the phase",
        true,
        series,
        NumberTable.of(header, rows));
  }
}
