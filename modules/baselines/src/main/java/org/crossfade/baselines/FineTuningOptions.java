package org.crossfade.baselines;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.loss.SupervisedLoss;

/**
 * Options of fine-tuning on the labelled target images, section {@code crossfade.fine-tuning}.
 *
 * @param network without an auxiliary head
 * @param source supervised training in front; 0 iterations leave it out
 * @param target training on the target from there, at least 1 iteration
 * @param replicas equal shares of a batch, each normalised by its own statistics
 * @param segmentation the loss on labelled images of the last phase
 */
public record FineTuningOptions(
    NetworkOptions network,
    SupervisedTraining source,
    SupervisedTraining target,
    int replicas,
    SupervisedLoss segmentation) {
  /**
   * Checks what no part can check alone.
   *
   * @param network without an auxiliary head
   * @param source supervised training in front; 0 iterations leave it out
   * @param target training on the target from there, at least 1 iteration
   * @param replicas equal shares of a batch, each normalised by its own statistics
   * @param segmentation the loss on labelled images of the last phase
   */
  public FineTuningOptions {
    if (network.auxiliaryHead()) {
      throw new IllegalArgumentException(
          "network.auxiliary-head must be false: fine-tuning trains one classifier");
    }
    if (target.iterations() < 1) {
      throw new IllegalArgumentException(
          "target.iterations must be at least 1, found " + target.iterations());
    }
    if (replicas < 1 || target.stream().batch() % replicas != 0) {
      throw new IllegalArgumentException("replicas must divide the batch, found " + replicas);
    }
  }
}
