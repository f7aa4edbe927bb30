package org.crossfade.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.crossfade.core.label.ClassGroup;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.report.Comparison;
import org.crossfade.report.MethodScores;
import org.crossfade.report.OwnGain;
import org.crossfade.training.config.Methods;
import org.crossfade.training.evaluation.Metrics;

/**
 * The table of methods.
 *
 * @param rows one a method
 * @param bars the same mIoU as bars
 * @param groups mIoU of groups of classes, some methods a table
 * @param metrics numbers of further metrics, some methods a table
 */
record Overview(List<Row> rows, BarChart bars, List<Groups> groups, List<Groups> metrics) {
  boolean hasGroups() {
    return !groups.isEmpty();
  }

  boolean hasMetrics() {
    return !metrics.isEmpty();
  }

  /** One method. */
  record Row(
      String name,
      Appearance appearance,
      String summary,
      String miou,
      String difference,
      String tint,
      String ownGain,
      String targetLabels,
      String time,
      String iterations,
      String selection,
      String precision,
      String seeds) {}

  /** Some figures of each method, such as the mean IoU of groups of classes: a column a method. */
  record Groups(List<String> methods, List<GroupRow> rows) {}

  /** One group's means, or one metric's numbers. */
  record GroupRow(String title, List<ClassTable.Cell> cells) {}

  static Overview of(Comparison comparison, List<Page.Key> keys, List<OwnGain> gains) {
    var rows = new ArrayList<Row>();
    var bars = new ArrayList<BarChart.Group>();
    double full =
        ClassBars.full(
            comparison.methods().stream().map(method -> Optional.of(method.miou())).toList());
    for (int i = 0; i < keys.size(); i++) {
      MethodScores method = comparison.methods().get(i);
      OptionalDouble difference = comparison.difference(method);
      rows.add(
          new Row(
              method.label(),
              keys.get(i).appearance(),
              summary(method),
              Numbers.percent(method.miou()),
              Numbers.points(difference),
              Tint.of(difference),
              gains.stream()
                  .filter(gain -> gain.run().equals(method))
                  .map(gain -> Numbers.gain(gain.gain()))
                  .findFirst()
                  .orElse("–"),
              Numbers.whole(method.targetLabels()),
              Numbers.duration(method.seconds().mean()),
              Numbers.whole(method.first().iterations()),
              method.first().results().selection(),
              method.first().results().precisionKey(),
              method.seeds().stream().map(String::valueOf).collect(Collectors.joining(", "))));
      bars.add(
          new BarChart.Group(
              method.label(),
              "",
              List.of(
                  BarChart.Bar.of(
                      method.label(),
                      keys.get(i).appearance(),
                      Optional.of(method.miou()),
                      full,
                      Numbers.percent(method.miou())))));
    }
    return new Overview(rows, new BarChart(bars), groups(comparison), metrics(comparison));
  }

  private static List<Groups> groups(Comparison comparison) {
    List<String> titles =
        comparison.labelSpace().groups().stream()
            .map(ClassGroup::title)
            .filter(
                title -> comparison.methods().stream().anyMatch(m -> m.group(title).isPresent()))
            .toList();
    return titles.isEmpty()
        ? List.of()
        : Columns.groups(comparison.methods()).stream()
            .map(methods -> groups(methods, titles))
            .toList();
  }

  private static Groups groups(List<MethodScores> methods, List<String> titles) {
    List<GroupRow> rows =
        titles.stream()
            .map(
                title ->
                    new GroupRow(
                        title,
                        methods.stream()
                            .map(m -> ClassTable.cell(m.group(title), OptionalDouble.empty()))
                            .toList()))
            .toList();
    return new Groups(methods.stream().map(MethodScores::label).toList(), rows);
  }

  private static List<Groups> metrics(Comparison comparison) {
    List<String> names =
        comparison.methods().stream()
            .flatMap(method -> method.runs().stream())
            .flatMap(run -> run.scores().metrics().keySet().stream())
            .distinct()
            .toList();
    return names.isEmpty()
        ? List.of()
        : Columns.groups(comparison.methods()).stream()
            .map(
                methods ->
                    new Groups(
                        methods.stream().map(MethodScores::label).toList(),
                        names.stream().map(name -> metric(methods, name)).toList()))
            .toList();
  }

  private static GroupRow metric(List<MethodScores> methods, String name) {
    boolean percent = Metrics.isFraction(name);
    return new GroupRow(
        Metrics.title(name) + (percent ? ", %" : ""),
        methods.stream()
            .map(method -> method.metric(name))
            .map(
                figure ->
                    percent
                        ? ClassTable.cell(figure, OptionalDouble.empty())
                        : new ClassTable.Cell(Numbers.plain(figure), "", "", ""))
            .toList());
  }

  private static String summary(MethodScores method) {
    return Methods.all().stream()
        .filter(factory -> factory.name().equals(method.method()))
        .map(AdaptationMethod.Factory::summary)
        .findFirst()
        .orElse("");
  }
}
