package org.crossfade.baselines;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.SupervisedTraining;

/**
 * Options of fine-tuning on the labelled target images, section {@code crossfade.fine-tuning}.
 *
 * @param network without an auxiliary head
 * @param source supervised training in front; 0 iterations leave it out
 * @param target training on the target from there, at least 1 iteration
 */
public record FineTuningOptions(
    NetworkOptions network, SupervisedTraining source, SupervisedTraining target) {
  /** Checks what no part can check alone. */
  public FineTuningOptions {
    if (network.auxiliaryHead()) {
      throw new IllegalArgumentException(
          "network.auxiliary-head must be false: fine-tuning trains one classifier");
    }
    if (target.iterations() < 1) {
      throw new IllegalArgumentException(
          "target.iterations must be at least 1, found " + target.iterations());
    }
  }
}
