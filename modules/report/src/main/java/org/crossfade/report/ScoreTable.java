package org.crossfade.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.crossfade.training.evaluation.PairedGain;
import org.crossfade.training.evaluation.Spread;
import org.crossfade.training.evaluation.TextTable;

/** A comparison as text for a terminal. */
public final class ScoreTable {
  private ScoreTable() {}

  /**
   * {@return one line a method: mIoU in percent, difference in points, own gain in points where its
   * control was run, labelled target images, time, iterations, selection, precision} Below, a
   * sentence on each own gain, and what stands beside.
   *
   * @param comparison of the methods of one task
   */
  public static String render(Comparison comparison) {
    var rows = new ArrayList<List<String>>();
    List<OwnGain> gains = comparison.ownGains();
    rows.add(
        List.of(
            "method",
            "mIoU %",
            "vs source-only",
            "own gain",
            "target labels",
            "time",
            "iterations",
            "selection",
            "precision",
            "seeds"));
    for (MethodScores method : comparison.methods()) {
      rows.add(
          List.of(
              method.label(),
              percent(method.miou()),
              points(comparison.difference(method)),
              gain(gains, method),
              Integer.toString(method.targetLabels()),
              minutes(method.seconds().mean()),
              Long.toString(method.first().iterations()),
              method.first().results().selection(),
              method.first().results().precisionKey(),
              numbers(method.seeds())));
    }
    return "\n"
        + comparison.task()
        + ", "
        + comparison.labelSpace()
        + (comparison.severalSeeds() ? ", mean ± deviation over seeds" : "")
        + "\n\n"
        + TextTable.aligned(rows, Set.of(0, 7, 8, 9))
        + "\n"
        + gains.stream().map(gain -> gain.sentence() + "\n").collect(Collectors.joining())
        + comparison.beside().map(ScoreTable::render).orElse("");
  }

  private static String render(Beside beside) {
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("method", "mIoU % here", "there", "own gain here", "there", "seeds there"));
    for (Beside.Row row : beside.rows()) {
      rows.add(
          List.of(
              row.label(),
              percent(row.here()),
              percent(row.there()),
              row.gainHere().map(PairedGain::points).orElse("-"),
              row.gainThere().map(PairedGain::points).orElse("-"),
              numbers(row.seeds())));
    }
    return "\nBeside "
        + beside.source()
        + ", where phases may be of other lengths:\n\n"
        + TextTable.aligned(rows, Set.of(0, 5))
        + "\n";
  }

  private static String gain(List<OwnGain> gains, MethodScores method) {
    return gains.stream()
        .filter(gain -> gain.run().equals(method))
        .map(gain -> gain.gain().points())
        .findFirst()
        .orElse("-");
  }

  private static String numbers(List<Long> seeds) {
    return seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private static String percent(Spread spread) {
    String mean = String.format(Locale.ROOT, "%.1f", 100 * spread.mean());
    return spread.deviation().isEmpty()
        ? mean
        : mean + String.format(Locale.ROOT, " ± %.1f", 100 * spread.deviation().getAsDouble());
  }

  private static String points(OptionalDouble difference) {
    return difference.isEmpty()
        ? "-"
        : String.format(Locale.ROOT, "%+.1f", 100 * difference.getAsDouble());
  }

  private static String minutes(double seconds) {
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }
}
