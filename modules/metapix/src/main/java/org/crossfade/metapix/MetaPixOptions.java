package org.crossfade.metapix;

import org.crossfade.backbones.fcn.Fcn8sOptions;

/**
 * MetaPix's options, section {@code crossfade.metapix}. The values in {@code reference.conf} are
 * those that made the published numbers.
 *
 * @param network the segmentation network of all phases
 * @param source supervised training on one domain in front; 0 iterations leave it out, as published
 * @param joint algorithm 1's first loop; 0 iterations leave it out, and the generations start from
 *     the published weights
 * @param generations G, how often the weights are learned and used, at least 0
 * @param weighting the weighting network
 * @param meta how it learns, in each generation (algorithm 2)
 * @param weighted how the segmentation network learns, in each generation (algorithm 3)
 * @param weightMaps of how many source images each generation's weights are drawn, at least 0
 */
public record MetaPixOptions(
    Fcn8sOptions network,
    PairTraining source,
    PairTraining joint,
    int generations,
    WeightingNetwork.Options weighting,
    MetaTraining meta,
    PairTraining weighted,
    int weightMaps) {
  /** Blocks of a network whose two ways have nothing in common. */
  private static final int NOTHING_SHARED = 5;

  /**
   * Checks what no part can check alone.
   *
   * @param network the segmentation network of all phases
   * @param source supervised training on one domain in front; 0 iterations leave it out, as
   *     published
   * @param joint algorithm 1's first loop; 0 iterations leave it out, and the generations start
   *     from the published weights
   * @param generations G, how often the weights are learned and used, at least 0
   * @param weighting the weighting network
   * @param meta how it learns, in each generation (algorithm 2)
   * @param weighted how the segmentation network learns, in each generation (algorithm 3)
   * @param weightMaps of how many source images each generation's weights are drawn, at least 0
   */
  public MetaPixOptions {
    if (generations < 0 || weightMaps < 0) {
      throw new IllegalArgumentException(
          "generations and weight-maps must be at least 0, found "
              + generations
              + " and "
              + weightMaps);
    }
    if (source.iterations() + joint.iterations() + generations == 0) {
      throw new IllegalArgumentException(
          "source.iterations, joint.iterations and generations are all 0: nothing would be"
              + " trained");
    }
    if (source.sourceLoss() == PairTraining.SourceLoss.WEIGHTED
        || joint.sourceLoss() == PairTraining.SourceLoss.WEIGHTED) {
      throw new IllegalArgumentException(
          "source-loss = weighted belongs to section weighted: nothing is weighted before its first"
              + " generation");
    }
    if (generations > 0 && weighted.iterations() < 1) {
      throw new IllegalArgumentException(
          "weighted.iterations must be at least 1; generations = 0 leaves the phases out");
    }
    if (learnsWeights(generations, weighted) && network.separateBlocks() == NOTHING_SHARED) {
      throw new IllegalArgumentException(
          "network.separate-blocks must be below 5: where the domains share nothing, no weight of a"
              + " source pixel changes the loss on the target");
    }
  }

  /** Returns whether there is a weighting network at all. */
  boolean learnsWeights() {
    return learnsWeights(generations, weighted);
  }

  private static boolean learnsWeights(int generations, PairTraining weighted) {
    return generations > 0 && weighted.sourceLoss() == PairTraining.SourceLoss.WEIGHTED;
  }
}
