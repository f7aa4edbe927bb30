package org.crossfade.recipes;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.optim.Adam;
import org.crossfade.core.optim.Optimizer;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.optim.Schedule;

/**
 * AdamW as DAFormer and HRDA set it: parameters with «head» in their name at a multiple of the
 * rate, those of the rest with «norm» in their name with a fraction of the decay. Source: {@code
 * configs/hrda/gtaHR2csHR_hrda.py} and mmcv's {@code DefaultOptimizerConstructor}: the first of
 * these words that a name contains decides.
 *
 * @param rate of the encoder, before schedule
 * @param headFactor the head's rate divided by the encoder's
 * @param weightDecay decoupled
 * @param normDecayFactor the encoder's norms' decay divided by the others'
 * @param beta1 0..1, 1 excluded
 * @param beta2 0..1, 1 excluded
 */
public record TransformerOptimizer(
    double rate,
    double headFactor,
    double weightDecay,
    double normDecayFactor,
    double beta1,
    double beta2) {
  /** Name of the group of encoder weights. */
  public static final String ENCODER = "encoder";

  /** Name of the group of the encoder's norms; absent where it has none of that name. */
  public static final String NORMS = "encoder-norms";

  /** Name of the group of the head's weights. */
  public static final String HEAD = "head";

  private static final double EPSILON = 1e-8;
  private static final NamePattern HEADS = NamePattern.of("**head**");
  private static final NamePattern NORM_NAMES = NamePattern.of("**norm**");

  /** Checks the ranges. */
  public TransformerOptimizer {
    if (!(rate > 0 && headFactor > 0)) {
      throw new IllegalArgumentException(
          "rate and head-factor must be positive, found " + rate + " and " + headFactor);
    }
    if (!(weightDecay >= 0 && normDecayFactor >= 0)) {
      throw new IllegalArgumentException(
          "weight-decay and norm-decay-factor must be at least 0, found "
              + weightDecay
              + " and "
              + normDecayFactor);
    }
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "beta1 and beta2 must lie in 0..1, found " + beta1 + " and " + beta2);
    }
  }

  /** Returns the optimizer. */
  public Optimizer optimizer() {
    return new Adam(beta1, beta2, EPSILON, weightDecay, Adam.Decay.DECOUPLED);
  }

  /**
   * Returns the group of all parameters of a role that learn as the head does.
   *
   * @param role also the group's name
   * @param decay of all rates
   */
  public ParameterGroup likeHead(String role, WarmupDecay decay) {
    return new ParameterGroup(role, NamePattern.of("**").under(role), headSchedule(decay));
  }

  private Schedule headSchedule(WarmupDecay decay) {
    return decay.from(rate * headFactor);
  }

  /**
   * Returns the groups: encoder, its norms, head; those that have a weight.
   *
   * @param role of the network's variables
   * @param parameters of the network; those that are no weights are passed over
   * @param decay of all rates
   */
  public List<ParameterGroup> groups(
      String role, List<ParameterSpec> parameters, WarmupDecay decay) {
    Schedule slow = decay.from(rate);
    var all =
        List.of(
            new ParameterGroup(
                ENCODER, NamePattern.of("**").except(HEADS).except(NORM_NAMES), slow),
            new ParameterGroup(NORMS, NORM_NAMES.except(HEADS), slow, 1, normDecayFactor),
            new ParameterGroup(HEAD, HEADS, headSchedule(decay)));
    var groups = new ArrayList<ParameterGroup>();
    for (ParameterGroup group : all) {
      boolean used =
          parameters.stream()
              .anyMatch(
                  p -> p.kind() == ParameterSpec.Kind.WEIGHT && group.parameters().test(p.name()));
      if (used) {
        groups.add(
            new ParameterGroup(
                group.name(),
                group.parameters().under(role),
                group.schedule(),
                group.repeats(),
                group.decayFactor()));
      }
    }
    return List.copyOf(groups);
  }
}
