package org.crossfade.report.page;

import java.util.List;
import java.util.Optional;
import org.crossfade.training.evaluation.Spread;

/**
 * Horizontal bars in groups. Widths are percentages, so that a bar follows the width of the page
 * while its text keeps its size; every bar has its number beside it.
 *
 * @param groups from top to bottom
 */
record BarChart(List<Group> groups) {
  /** Bars that belong together: those of one class. */
  record Group(String label, String swatch, List<Bar> bars) {
    /** Returns whether the label has a colour of its own. */
    boolean hasSwatch() {
      return !swatch.isEmpty();
    }
  }

  /**
   * One bar.
   *
   * @param name of the series
   * @param colour of the series
   * @param width in percent of the room
   * @param from left end of the whisker, in percent
   * @param to right end of the whisker, in percent
   * @param whisker whether there is a deviation to show
   * @param value as text
   */
  record Bar(
      String name,
      String colour,
      String width,
      String from,
      String to,
      boolean whisker,
      String value) {

    /** Returns a bar for a value, or one without length where there is none. */
    static Bar of(
        String name, Appearance appearance, Optional<Spread> value, double full, String text) {
      double mean = value.map(Spread::mean).orElse(0.0);
      double deviation = value.map(v -> v.deviation().orElse(0)).orElse(0.0);
      return new Bar(
          name,
          appearance.colour(),
          percent(mean / full),
          percent((mean - deviation) / full),
          percent((mean + deviation) / full),
          deviation > 0,
          text);
    }

    private static String percent(double fraction) {
      return Numbers.decimal(100 * Math.max(0, Math.min(1, fraction)), 2);
    }
  }
}
