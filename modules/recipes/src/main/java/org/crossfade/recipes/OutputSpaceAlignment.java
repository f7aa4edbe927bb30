package org.crossfade.recipes;

import org.crossfade.recipes.loss.DomainLoss;

/**
 * Alignment of class probabilities by one discriminator a level, as AdaptSegNet has it.
 *
 * @param gan vanilla (logistic) or least-squares
 * @param sourceTemperature the source's logits are divided by it, in the segmentation loss and in
 *     what the discriminator sees: 1, or 1.8 in SPCL's warm-up
 * @param targetTemperature the target's logits are divided by it: 1 in both
 * @param lambdaSeg weight of the auxiliary classifier's segmentation loss; read with an auxiliary
 *     head
 * @param lambdaAdv1 weight of the auxiliary level's adversarial loss; read with an auxiliary head
 * @param lambdaAdv2 weight of the main level's adversarial loss
 * @param discriminatorWidth channels of the discriminators' first layer; 64 as published
 */
public record OutputSpaceAlignment(
    DomainLoss gan,
    double sourceTemperature,
    double targetTemperature,
    double lambdaSeg,
    double lambdaAdv1,
    double lambdaAdv2,
    int discriminatorWidth) {
  /** Checks the ranges. */
  public OutputSpaceAlignment {
    if (!(sourceTemperature > 0 && targetTemperature > 0)) {
      throw new IllegalArgumentException(
          "temperatures must be positive, found "
              + sourceTemperature
              + " and "
              + targetTemperature);
    }
    if (discriminatorWidth < 1) {
      throw new IllegalArgumentException(
          "discriminator-width must be at least 1, found " + discriminatorWidth);
    }
    if (!(lambdaSeg >= 0 && lambdaAdv1 >= 0 && lambdaAdv2 >= 0)) {
      throw new IllegalArgumentException(
          "lambda-seg, lambda-adv1 and lambda-adv2 must be at least 0, found "
              + lambdaSeg
              + ", "
              + lambdaAdv1
              + " and "
              + lambdaAdv2);
    }
  }
}
