package org.crossfade.report.page;

import java.util.ArrayList;
import java.util.List;

/**
 * An axis with round values.
 *
 * @param low lower end
 * @param high upper end, above {@code low}
 * @param values ascending, from {@code low} to {@code high}
 * @param decimals that the values need
 */
record Ticks(double low, double high, List<Double> values, int decimals) {

  /** Returns an axis around [low, high] with about {@code count} steps of 1, 2 or 5 · 10^k. */
  static Ticks around(double low, double high, int count) {
    double span = high > low ? high - low : Math.max(Math.abs(high), 1);
    double raw = span / count;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = power * roundFactor(raw / power);
    double first = Math.floor(low / step + 1e-9);
    double last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
    var values = new ArrayList<Double>();
    for (double i = first; i <= last; i++) {
      values.add(i * step);
    }
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return new Ticks(first * step, last * step, List.copyOf(values), decimals);
  }

  /** Returns an axis from 0 that ends at {@code high} itself, with round values up to there. */
  static Ticks upTo(double high, int count) {
    Ticks round = around(0, high, count);
    return new Ticks(
        0,
        high > 0 ? high : 1,
        round.values().stream().filter(value -> value <= high).toList(),
        round.decimals());
  }

  private static double roundFactor(double factor) {
    return factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10;
  }

  /** Returns where a value lies, from 0 at the lower end to 1 at the upper. */
  double position(double value) {
    return (value - low) / (high - low);
  }
}
