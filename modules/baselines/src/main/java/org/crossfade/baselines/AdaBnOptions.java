package org.crossfade.baselines;

import org.crossfade.core.method.Inference;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.ImageStream;
import org.crossfade.recipes.SupervisedTraining;

/**
 * Options of AdaBN, section {@code crossfade.adabn}.
 *
 * @param network with batch norm and without an auxiliary head
 * @param source supervised training in front; 0 iterations leave it out
 * @param statistics the pass over target images
 */
public record AdaBnOptions(
    NetworkOptions network, SupervisedTraining source, Statistics statistics) {
  /**
   * Checks what no part can check alone.
   *
   * @param network with batch norm and without an auxiliary head
   * @param source supervised training in front; 0 iterations leave it out
   * @param statistics the pass over target images
   */
  public AdaBnOptions {
    if (network.auxiliaryHead()) {
      throw new IllegalArgumentException(
          "network.auxiliary-head must be false: adabn trains one classifier");
    }
  }

  /**
   * Which target images give the statistics.
   *
   * @param iterations batches that are averaged, at least 1; with {@code stream.batch} they say how
   *     many images are seen
   * @param stream what is drawn, without labels
   * @param test how the network is evaluated
   */
  public record Statistics(long iterations, ImageStream stream, Inference test) {
    /**
     * Checks the length.
     *
     * @param iterations batches that are averaged, at least 1; with {@code stream.batch} they say
     *     how many images are seen
     * @param stream what is drawn, without labels
     * @param test how the network is evaluated
     */
    public Statistics {
      if (iterations < 1) {
        throw new IllegalArgumentException("iterations must be at least 1, found " + iterations);
      }
    }
  }
}
