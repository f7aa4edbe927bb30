package org.crossfade.testkit;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Gradients by central differences, to hold analytic ones against. */
public final class NumericGradient {
  private NumericGradient() {}

  /**
   * ∂f/∂x by (f(x + hₑ) − f(x − hₑ))/2h for every element e, in double precision.
   *
   * @param function may keep state, but must answer the same to the same point; sees a copy
   * @param at the point
   * @param step h in units of the point: about 1e-5 for functions computed in float64, 1e-2 for
   *     those in float32
   * @return as many numbers as the point has
   */
  public static double[] of(ToDoubleFunction<double[]> function, double[] at, double step) {
    double[] gradient = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double[] above = at.clone();
      double[] below = at.clone();
      above[i] += step;
      below[i] -= step;
      // The step that was really made, after rounding.
      double width = above[i] - below[i];
      gradient[i] = (function.applyAsDouble(above) - function.applyAsDouble(below)) / width;
    }
    return gradient;
  }

  /**
   * The relative error of a gradient as a whole: ‖a − n‖ / max(‖a‖, ‖n‖), and 0 where both vanish.
   *
   * @param analytic a
   * @param numeric n, as long
   */
  public static double relativeError(double[] analytic, double[] numeric) {
    if (analytic.length != numeric.length) {
      throw new IllegalArgumentException(
          "%d analytic derivatives, %d numeric ones".formatted(analytic.length, numeric.length));
    }
    double difference = 0;
    double a = 0;
    double n = 0;
    for (int i = 0; i < analytic.length; i++) {
      difference += (analytic[i] - numeric[i]) * (analytic[i] - numeric[i]);
      a += analytic[i] * analytic[i];
      n += numeric[i] * numeric[i];
    }
    return difference == 0 ? 0 : Math.sqrt(difference / Math.max(a, n));
  }

  /**
   * Asserts that an analytic gradient agrees with a numeric one.
   *
   * @param tolerance largest {@link #relativeError}; a gradient that is not finite never passes
   */
  public static void assertClose(double[] analytic, double[] numeric, double tolerance) {
    double error = relativeError(analytic, numeric);
    if (!(error <= tolerance)) {
      int worst = 0;
      for (int i = 0; i < analytic.length; i++) {
        double difference = Math.abs(analytic[i] - numeric[i]);
        if (!(difference <= Math.abs(analytic[worst] - numeric[worst]))) {
          worst = i;
        }
      }
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "relative error %.3g of the gradient, at most %.3g allowed; worst at %d: analytic %s,"
                  + " numeric %s%n  analytic %s%n  numeric  %s",
              error,
              tolerance,
              worst,
              analytic[worst],
              numeric[worst],
              Arrays.toString(Arrays.copyOf(analytic, Math.min(16, analytic.length))),
              Arrays.toString(Arrays.copyOf(numeric, Math.min(16, numeric.length)))));
    }
  }

  /** Asserts that the gradient of a function at a point is the analytic one; see {@link #of}. */
  public static void assertGradient(
      ToDoubleFunction<double[]> function,
      double[] at,
      double[] analytic,
      double step,
      double tolerance) {
    assertClose(analytic, of(function, at, step), tolerance);
  }
}
