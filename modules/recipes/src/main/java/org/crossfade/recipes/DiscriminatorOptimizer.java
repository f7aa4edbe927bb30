package org.crossfade.recipes;

import org.crossfade.core.optim.Adam;
import org.crossfade.core.optim.Optimizer;

/**
 * Adam of a discriminator, without weight decay.
 *
 * @param rate in the first iteration
 * @param beta1 0..1, 1 excluded
 * @param beta2 0..1, 1 excluded
 */
public record DiscriminatorOptimizer(double rate, double beta1, double beta2) {
  /** Checks the ranges. */
  public DiscriminatorOptimizer {
    if (!(rate > 0)) {
      throw new IllegalArgumentException("rate must be positive, found " + rate);
    }
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "beta1 and beta2 must lie in 0..1, found " + beta1 + " and " + beta2);
    }
  }

  /** Returns the optimizer. */
  public Optimizer optimizer() {
    return new Adam(beta1, beta2);
  }
}
