package org.crossfade.recipes;

import org.crossfade.core.optim.Schedule;

/**
 * How the rates of DAFormer, HRDA and PiXL rise and fall: (base − minimum)·(1 − t/horizon)^power +
 * minimum, multiplied by 1 − (1 − t/w)·(1 − ratio) while t &lt; w (mmcv's {@code
 * PolyLrUpdaterHook}).
 *
 * @param horizon iteration at which the minimum is reached
 * @param power 1 in HRDA's {@code poly10warm}
 * @param minimum rate at the horizon
 * @param warmupIterations w; 0 is no warm-up
 * @param warmupRatio of the regular rate at t = 0, 0..1
 */
public record WarmupDecay(
    long horizon, double power, double minimum, long warmupIterations, double warmupRatio) {
  /** Checks the ranges. */
  public WarmupDecay {
    if (horizon < 1 || !(power >= 0) || !(minimum >= 0)) {
      throw new IllegalArgumentException(
          "horizon must be at least 1, power and minimum at least 0, found "
              + horizon
              + ", "
              + power
              + " and "
              + minimum);
    }
    if (warmupIterations < 0 || !(warmupRatio >= 0 && warmupRatio <= 1)) {
      throw new IllegalArgumentException(
          "warmup-iterations must be at least 0 and warmup-ratio lie in 0..1, found "
              + warmupIterations
              + " and "
              + warmupRatio);
    }
  }

  /**
   * Checks that a phase does not go on at rate 0.
   *
   * @throws IllegalArgumentException if it has more iterations than the horizon
   */
  public void requireLastsFor(long iterations) {
    if (power > 0 && minimum == 0) {
      Lengths.requireWithinHorizon(iterations, horizon);
    }
  }

  /** Returns the schedule that falls from {@code base}. */
  public Schedule from(double base) {
    return new Schedule.LinearWarmup(
        new Schedule.Poly(base, power, horizon, minimum), warmupIterations, warmupRatio);
  }
}
