package org.crossfade.baselines;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.SupervisedTraining;

/**
 * Options of training on the source domain alone, section {@code crossfade.source-only}.
 *
 * @param network without an auxiliary head
 * @param source the one phase, at least 1 iteration
 * @param replicas equal shares of a batch, each normalised by its own statistics
 */
public record SourceOnlyOptions(NetworkOptions network, SupervisedTraining source, int replicas) {
  /**
   * Checks what no part can check alone.
   *
   * @param network without an auxiliary head
   * @param source the one phase, at least 1 iteration
   * @param replicas equal shares of a batch, each normalised by its own statistics
   */
  public SourceOnlyOptions {
    if (network.auxiliaryHead()) {
      throw new IllegalArgumentException(
          "network.auxiliary-head must be false: source-only trains one classifier");
    }
    if (source.iterations() < 1) {
      throw new IllegalArgumentException(
          "source.iterations must be at least 1, found " + source.iterations());
    }
    if (replicas < 1 || source.stream().batch() % replicas != 0) {
      throw new IllegalArgumentException("replicas must divide the batch, found " + replicas);
    }
  }
}
