package org.crossfade.baselines;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.SupervisedTraining;

/**
 * Options of training on the labelled target images alone, section {@code crossfade.target-only}.
 *
 * @param network without an auxiliary head
 * @param target the one phase, at least 1 iteration
 */
public record TargetOnlyOptions(NetworkOptions network, SupervisedTraining target) {
  /**
   * Checks what no part can check alone.
   *
   * @param network without an auxiliary head
   * @param target the one phase, at least 1 iteration
   */
  public TargetOnlyOptions {
    if (network.auxiliaryHead()) {
      throw new IllegalArgumentException(
          "network.auxiliary-head must be false: target-only trains one classifier");
    }
    if (target.iterations() < 1) {
      throw new IllegalArgumentException(
          "target.iterations must be at least 1, found " + target.iterations());
    }
  }
}
