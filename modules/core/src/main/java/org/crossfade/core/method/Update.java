package org.crossfade.core.method;

import java.util.List;
import org.crossfade.core.optim.Optimizer;
import org.crossfade.core.optim.ParameterGroup;

/**
 * A gradient step of some parameters.
 *
 * @param name unique in the phase: {@code segmenter}, {@code discriminator}
 * @param terms what is minimised: the sum of weight·value
 * @param groups the parameters that move; each belongs to one group
 * @param optimizer how they move
 */
public record Update(
    String name, List<LossTerm> terms, List<ParameterGroup> groups, Optimizer optimizer) {
  /** Copies the lists. */
  public Update {
    terms = List.copyOf(terms);
    groups = List.copyOf(groups);
  }
}
