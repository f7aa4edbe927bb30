package org.crossfade.core.optim;

/** A learning rate as a pure function of the iteration. */
@FunctionalInterface
public interface Schedule {
  /**
   * Returns the rate that iteration {@code iteration} uses.
   *
   * @param iteration from 0
   */
  double rateAt(long iteration);

  /** Returns this schedule times {@code factor}. */
  default Schedule times(double factor) {
    return new Times(this, factor);
  }

  /** Returns a rate that never changes. */
  static Schedule constant(double rate) {
    return new Constant(rate);
  }

  /**
   * A rate that never changes.
   *
   * @param rate of every iteration
   */
  record Constant(double rate) implements Schedule {
    @Override
    public double rateAt(long iteration) {
      return rate;
    }
  }

  /**
   * Another schedule times a factor.
   *
   * @param schedule the other
   * @param factor of its rates
   */
  record Times(Schedule schedule, double factor) implements Schedule {
    @Override
    public double rateAt(long iteration) {
      return factor * schedule.rateAt(iteration);
    }
  }

  /**
   * Polynomial decay: (base − minimum)·(1 − i/horizon)^power + minimum.
   *
   * <p>The horizon is the schedule's own and not the length of the phase: FADA stops at 40,000 of a
   * horizon of 62,500.
   *
   * @param base rate at iteration 0
   * @param power 0.9 in all five papers' DeepLab codes
   * @param horizon iteration at which the minimum is reached; later ones keep it
   * @param minimum rate at the horizon
   */
  record Poly(double base, double power, long horizon, double minimum) implements Schedule {

    /** Checks the ranges. */
    public Poly {
      if (horizon < 1) {
        throw new IllegalArgumentException("horizon must be positive, not " + horizon);
      }
      if (base < minimum || minimum < 0) {
        throw new IllegalArgumentException(
            "base >= minimum >= 0 must hold; base is " + base + ", minimum is " + minimum);
      }
    }

    /** A schedule that ends at 0. */
    public Poly(double base, double power, long horizon) {
      this(base, power, horizon, 0);
    }

    @Override
    public double rateAt(long iteration) {
      double left = 1 - (double) Math.min(iteration, horizon) / horizon;
      return (base - minimum) * Math.pow(left, power) + minimum;
    }
  }

  /**
   * Linear warm-up in front of another schedule (mmcv's {@code PolyLrUpdaterHook}): for i &lt;
   * iterations the rate is multiplied by 1 − (1 − i/iterations)·(1 − ratio).
   *
   * @param schedule what is warmed up
   * @param iterations length of the warm-up; iteration {@code iterations} is regular
   * @param ratio of the regular rate at iteration 0
   */
  record LinearWarmup(Schedule schedule, long iterations, double ratio) implements Schedule {
    @Override
    public double rateAt(long iteration) {
      double rate = schedule.rateAt(iteration);
      return iteration >= iterations
          ? rate
          : rate * (1 - (1 - (double) iteration / iterations) * (1 - ratio));
    }
  }
}
