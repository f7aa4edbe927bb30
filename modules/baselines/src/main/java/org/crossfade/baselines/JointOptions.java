package org.crossfade.baselines;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.SupervisedTraining;

/**
 * Options of joint training on labelled images of both domains, section {@code
 * crossfade.joint-training}.
 *
 * @param network without an auxiliary head
 * @param source supervised training in front; 0 iterations leave it out
 * @param joint training on both domains from there
 */
public record JointOptions(NetworkOptions network, SupervisedTraining source, JointTraining joint) {
  /** Checks what no part can check alone. */
  public JointOptions {
    if (network.auxiliaryHead()) {
      throw new IllegalArgumentException(
          "network.auxiliary-head must be false: joint-training trains one classifier");
    }
  }
}
