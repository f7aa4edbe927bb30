package org.crossfade.core.optim;

import org.crossfade.core.graph.NamePattern;

/**
 * Parameters that share a learning rate.
 *
 * @param name for logs
 * @param parameters full names
 * @param schedule the rate
 * @param repeats how often one iteration applies the update. 1, except for the trunk in the
 *     AdaptSegNet family, whose optimizers list block convolutions 3 times and shortcut
 *     convolutions 4 times (facts on repeated parameters: every number published with those codes
 *     includes it)
 * @param decayFactor multiplies the optimizer's weight decay, at least 0; 0 for layer norms in
 *     DAFormer and HRDA
 */
public record ParameterGroup(
    String name, NamePattern parameters, Schedule schedule, int repeats, double decayFactor) {

  /** Checks repetitions and decay. */
  public ParameterGroup {
    if (!(decayFactor >= 0)) {
      throw new IllegalArgumentException(
          "group '" + name + "': decay-factor must be at least 0, not " + decayFactor);
    }
    if (repeats < 1) {
      throw new IllegalArgumentException(
          "group '" + name + "': repeats must be at least 1, not " + repeats);
    }
  }

  /** A group whose weights decay as the optimizer says. */
  public ParameterGroup(String name, NamePattern parameters, Schedule schedule, int repeats) {
    this(name, parameters, schedule, repeats, 1);
  }

  /** A group whose update is applied once. */
  public ParameterGroup(String name, NamePattern parameters, Schedule schedule) {
    this(name, parameters, schedule, 1);
  }
}
