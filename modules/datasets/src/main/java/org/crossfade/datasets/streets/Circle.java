package org.crossfade.datasets.streets;

/** Points of the unit circle; {@link StrictMath} keeps them the same on every platform. */
final class Circle {
  private static final int STEPS = 14 * 18;
  private static final double[] SINE = new double[STEPS];

  static {
    for (int i = 0; i < STEPS; i++) {
      SINE[i] = StrictMath.sin(2 * StrictMath.PI * i / STEPS);
    }
  }

  private Circle() {}

  /** Returns the sine of {@code i / count} turns; {@code count} divides 252. */
  static double sine(int i, int count) {
    return SINE[i * (STEPS / count) % STEPS];
  }

  /** Returns the cosine of {@code i / count} turns; {@code count} divides 252. */
  static double cosine(int i, int count) {
    return SINE[(i * (STEPS / count) + STEPS / 4) % STEPS];
  }
}
