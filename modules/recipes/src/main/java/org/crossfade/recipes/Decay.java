package org.crossfade.recipes;

import org.crossfade.core.optim.Schedule;

/**
 * How the rates of a phase fall: base·(1 − i/horizon)^power, i from 0, evaluated before the step.
 *
 * @param horizon iteration at which the rate would reach 0; mostly beyond the phase's last one
 * @param power 0.9 in all DeepLab codes
 */
public record Decay(long horizon, double power) {
  /** Checks the ranges. */
  public Decay {
    if (horizon < 1 || !(power >= 0)) {
      throw new IllegalArgumentException(
          "horizon must be at least 1 and power at least 0, found " + horizon + " and " + power);
    }
  }

  /**
   * Checks that a phase does not go on at rate 0.
   *
   * @throws IllegalArgumentException if it has more iterations than the horizon
   */
  public void requireLastsFor(long iterations) {
    if (!lastsFor(iterations)) {
      Lengths.requireWithinHorizon(iterations, horizon);
    }
  }

  /** Returns whether a phase of so many iterations trains at a rate above 0 to its end. */
  public boolean lastsFor(long iterations) {
    return power == 0 || iterations <= horizon;
  }

  /** Returns the schedule that starts at {@code base}. */
  public Schedule from(double base) {
    return new Schedule.Poly(base, power, horizon);
  }
}
