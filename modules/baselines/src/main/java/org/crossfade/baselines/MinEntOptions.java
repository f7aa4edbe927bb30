package org.crossfade.baselines;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.SupervisedTraining;

/**
 * Options of MinEnt, section {@code crossfade.minent}.
 *
 * @param network with an auxiliary head for two levels, without one for one level
 * @param source supervised training in front; 0 iterations in the official recipe, which starts
 *     from pretrained weights
 * @param adaptation on labelled source images and target images without labels
 * @param weights of the loss terms
 */
public record MinEntOptions(
    NetworkOptions network, SupervisedTraining source, JointTraining adaptation, Weights weights) {

  /**
   * Weights of the loss terms beside the main classifier's cross entropy; 1 is the auxiliary level
   * and 2 the main one.
   *
   * @param lambdaSeg of the auxiliary classifier's cross entropy; read with an auxiliary head
   * @param lambdaEnt1 of the auxiliary classifier's entropy; read with an auxiliary head
   * @param lambdaEnt2 of the main classifier's entropy
   */
  public record Weights(double lambdaSeg, double lambdaEnt1, double lambdaEnt2) {
    /**
     * Checks the ranges.
     *
     * @param lambdaSeg of the auxiliary classifier's cross entropy; read with an auxiliary head
     * @param lambdaEnt1 of the auxiliary classifier's entropy; read with an auxiliary head
     * @param lambdaEnt2 of the main classifier's entropy
     */
    public Weights {
      if (!(lambdaSeg >= 0 && lambdaEnt1 >= 0 && lambdaEnt2 >= 0)) {
        throw new IllegalArgumentException(
            "lambda-seg, lambda-ent1 and lambda-ent2 must be at least 0, found "
                + lambdaSeg
                + ", "
                + lambdaEnt1
                + " and "
                + lambdaEnt2);
      }
    }
  }
}
