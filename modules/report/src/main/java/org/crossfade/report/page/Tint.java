package org.crossfade.report.page;

import java.util.OptionalDouble;

/** Background of a difference: blue for a gain, orange for a loss, in three strengths. */
final class Tint {
  private static final double[] POINTS = {0.5, 4, 12};

  private Tint() {}

  /** Returns the class of the style sheet for a difference of fractions. */
  static String of(OptionalDouble difference) {
    if (difference.isEmpty()) {
      return "";
    }
    double points = 100 * difference.getAsDouble();
    int strength = 0;
    for (double least : POINTS) {
      strength += Math.abs(points) >= least ? 1 : 0;
    }
    return strength == 0 ? "" : (points > 0 ? "gain" : "loss") + strength;
  }
}
