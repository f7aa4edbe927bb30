package org.crossfade.baselines;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.loss.SupervisedLoss;

/**
 * Options of joint training on labelled images of both domains, section {@code
 * crossfade.joint-training}.
 *
 * @param network without an auxiliary head
 * @param source supervised training in front; 0 iterations leave it out
 * @param joint training on both domains from there: a batch of each in every iteration, or, with
 *     the source's sampling shuffled-with-target, one of both together, which reads nothing of its
 *     target stream
 * @param replicas equal shares of a batch, each normalised by its own statistics
 * @param segmentation the loss on labelled images of the last phase
 */
public record JointOptions(
    NetworkOptions network,
    SupervisedTraining source,
    JointTraining joint,
    int replicas,
    SupervisedLoss segmentation) {
  /**
   * Checks what no part can check alone.
   *
   * @param network without an auxiliary head
   * @param source supervised training in front; 0 iterations leave it out
   * @param joint training on both domains from there: a batch of each in every iteration, or, with
   *     the source's sampling shuffled-with-target, one of both together, which reads nothing of
   *     its target stream
   * @param replicas equal shares of a batch, each normalised by its own statistics
   * @param segmentation the loss on labelled images of the last phase
   */
  public JointOptions {
    if (network.auxiliaryHead()) {
      throw new IllegalArgumentException(
          "network.auxiliary-head must be false: joint-training trains one classifier");
    }
    if (replicas < 1
        || joint.source().batch() % replicas != 0
        || joint.target().batch() % replicas != 0) {
      throw new IllegalArgumentException("replicas must divide the batch, found " + replicas);
    }
  }
}
