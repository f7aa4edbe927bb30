package org.crossfade.metapix;

import java.util.List;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.optim.Adam;
import org.crossfade.core.optim.Optimizer;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.optim.Schedule;
import org.crossfade.recipes.Decay;

/**
 * Adam with decay in the gradient, and a rate of its own for biases.
 *
 * @param rate of weights in the first iteration
 * @param biasFactor the biases' rate divided by the weights'
 * @param beta1 β₁, 0..1, 1 excluded
 * @param beta2 β₂, 0..1, 1 excluded
 * @param weightDecay of everything trained, biases included
 */
public record AdamOptions(
    double rate, double biasFactor, double beta1, double beta2, double weightDecay) {
  private static final double EPSILON = 1e-8;

  /**
   * Checks the ranges.
   *
   * @param rate of weights in the first iteration
   * @param biasFactor the biases' rate divided by the weights'
   * @param beta1 β₁, 0..1, 1 excluded
   * @param beta2 β₂, 0..1, 1 excluded
   * @param weightDecay of everything trained, biases included
   */
  public AdamOptions {
    if (!(rate > 0 && biasFactor > 0)) {
      throw new IllegalArgumentException(
          "rate and bias-factor must be positive, found " + rate + " and " + biasFactor);
    }
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "beta1 and beta2 must lie in 0..1, found " + beta1 + " and " + beta2);
    }
    if (!(weightDecay >= 0)) {
      throw new IllegalArgumentException("weight-decay must be at least 0, found " + weightDecay);
    }
  }

  /** Returns the optimizer. */
  Optimizer optimizer() {
    return new Adam(beta1, beta2, EPSILON, weightDecay, Adam.Decay.COUPLED);
  }

  /**
   * Returns the group {@code ROLE}, or {@code ROLE-weights} and {@code ROLE-biases} where their
   * rates differ.
   *
   * @param role whose variables are trained
   * @param frozen full names of those that are not
   */
  List<ParameterGroup> groups(String role, NamePattern frozen, Decay decay) {
    Schedule schedule = decay.from(rate);
    if (biasFactor == 1) {
      return List.of(
          new ParameterGroup(role, NamePattern.of(role + ".**").except(frozen), schedule));
    }
    return List.of(
        new ParameterGroup(
            role + "-weights", NamePattern.of(role + ".**.weight").except(frozen), schedule),
        new ParameterGroup(
            role + "-biases",
            NamePattern.of(role + ".**.bias").except(frozen),
            schedule.times(biasFactor)));
  }
}
