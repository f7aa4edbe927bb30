package org.crossfade.testkit;

import java.util.Arrays;
import java.util.Locale;

/** The differences of one array: how many are too large, and the worst ones. */
final class Differences {
  private final long[] shape;
  private int count;
  private int failed;
  private Worst absolute;
  private Worst relative;
  private Worst excess;

  Differences(long[] shape) {
    this.shape = shape.clone();
  }

  void add(int index, double expected, double got, double allowed) {
    count++;
    double difference = Double.compare(expected, got) == 0 ? 0 : Math.abs(got - expected);
    if (Double.isNaN(difference)) {
      // Nothing is worse than a number that is not finite.
      difference = Double.POSITIVE_INFINITY;
    }
    if (!(difference <= allowed)) {
      failed++;
    }
    note(index, expected, got, difference, allowed);
  }

  boolean any() {
    return failed > 0;
  }

  String describe() {
    return String.format(
        Locale.ROOT,
        "%d of %d elements differ by more than allowed%n"
            + "    largest absolute difference %s%n"
            + "    largest relative difference %s%n"
            + "    furthest beyond its tolerance: passes with a slack of %s",
        failed,
        count,
        text(absolute),
        text(relative),
        text(excess));
  }

  private void note(int index, double expected, double got, double difference, double allowed) {
    absolute = worse(absolute, new Worst(difference, index, expected, got));
    double ratio = expected == 0 ? 0 : difference / Math.abs(expected);
    relative = worse(relative, new Worst(ratio, index, expected, got));
    double times = difference == 0 ? 0 : difference / allowed;
    excess = worse(excess, new Worst(times, index, expected, got));
  }

  private String text(Worst worst) {
    return String.format(
        Locale.ROOT,
        "%.4g at %s (expected %s, got %s)",
        worst.measure(),
        Arrays.toString(Strides.position(shape, worst.index())),
        worst.expected(),
        worst.got());
  }

  private static Worst worse(Worst known, Worst candidate) {
    return known == null || candidate.measure() > known.measure() ? candidate : known;
  }

  private record Worst(double measure, int index, double expected, double got) {}
}
