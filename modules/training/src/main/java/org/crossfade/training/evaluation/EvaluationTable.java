package org.crossfade.training.evaluation;

import java.util.ArrayList;
import java.util.Locale;
import org.crossfade.core.label.LabelSpace;

/** Scores as text, in percent with one decimal. */
public final class EvaluationTable {
  private EvaluationTable() {}

  /** Returns one line a class, then means; a class without a score shows a dash. */
  public static String render(LabelSpace space, EvaluationResult result) {
    var lines = new ArrayList<String>();
    boolean distances = !result.classCenterDistance().isEmpty();
    lines.add(String.format("%-16s %6s%s", "class", "IoU", distances ? "     CCD" : ""));
    for (String name : space.classNames()) {
      Double iou = result.iou().get(name);
      Double distance = result.classCenterDistance().get(name);
      lines.add(
          String.format(
              Locale.ROOT,
              "%-16s %6s%s",
              name,
              iou == null ? "-" : percent(iou),
              !distances
                  ? ""
                  : distance == null ? "       -" : String.format(Locale.ROOT, "%8.2f", distance)));
    }
    lines.add(
        String.format("mIoU %s %% over %d classes", percent(result.miou()), result.iou().size()));
    result.groups().forEach((group, value) -> lines.add(group + " " + percent(value) + " %"));
    lines.add("pixel accuracy " + percent(result.pixelAccuracy()) + " %");
    result
        .meanClassCenterDistance()
        .ifPresent(
            mean -> lines.add(String.format(Locale.ROOT, "mean class center distance %.2f", mean)));
    result
        .calinskiHarabasz()
        .ifPresent(
            index -> lines.add(String.format(Locale.ROOT, "Calinski-Harabasz index %.1f", index)));
    result
        .daviesBouldin()
        .ifPresent(
            index -> lines.add(String.format(Locale.ROOT, "Davies-Bouldin index %.2f", index)));
    result
        .metrics()
        .forEach((name, value) -> lines.add(Metrics.title(name) + " " + Metrics.text(name, value)));
    lines.add(
        String.format(
            Locale.ROOT, "%d images, %.1f images/s", result.images(), result.imagesPerSecond()));
    return String.join("\n", lines);
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f", 100 * fraction);
  }
}
