package org.crossfade.core.method;

/**
 * Which scores stay in a {@link SampleSelection}: those strictly above, or below, a threshold that
 * grows from epoch to epoch.
 *
 * @param keep which side stays
 * @param threshold of the first epoch
 * @param growth how the next epoch's threshold follows
 * @param amount that is added, or the factor; at least 0
 */
public record ScoreRule(Keep keep, double threshold, Growth growth, double amount) {
  /** Which side of the threshold stays. */
  public enum Keep {
    /** Scores above it. */
    ABOVE,
    /** Scores below it. */
    BELOW
  }

  /** How a threshold grows. */
  public enum Growth {
    /** By a sum. */
    ADD,
    /** By a factor. */
    MULTIPLY
  }

  /** Checks the ranges. */
  public ScoreRule {
    if (!Double.isFinite(threshold)) {
      throw new IllegalArgumentException("threshold must be finite, found " + threshold);
    }
    if (!(amount >= 0)) {
      throw new IllegalArgumentException("amount must be at least 0, found " + amount);
    }
  }

  /**
   * Returns the threshold of an epoch, grown step by step.
   *
   * @param epoch from 0
   */
  public double thresholdAt(int epoch) {
    double grown = threshold;
    for (int e = 0; e < epoch; e++) {
      grown = growth == Growth.ADD ? grown + amount : grown * amount;
    }
    return grown;
  }

  /**
   * Returns whether a score stays.
   *
   * @param epoch from 0
   */
  public boolean keeps(double score, int epoch) {
    double limit = thresholdAt(epoch);
    return keep == Keep.ABOVE ? score > limit : score < limit;
  }
}
