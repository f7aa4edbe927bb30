package org.crossfade.baselines;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.loss.DomainLoss;

/**
 * Options of binary feature alignment, section {@code crossfade.feature-alignment}.
 *
 * @param network without an auxiliary head
 * @param source supervised training in front; 0 iterations leave it out
 * @param adversarial rates, batches and lengths
 * @param alignment what is aligned, and how strongly
 */
public record FeatureAlignmentOptions(
    NetworkOptions network,
    SupervisedTraining source,
    AdversarialTraining adversarial,
    Alignment alignment) {
  /**
   * Checks what no part can check alone.
   *
   * @param network without an auxiliary head
   * @param source supervised training in front; 0 iterations leave it out
   * @param adversarial rates, batches and lengths
   * @param alignment what is aligned, and how strongly
   */
  public FeatureAlignmentOptions {
    if (network.auxiliaryHead()) {
      throw new IllegalArgumentException(
          "network.auxiliary-head must be false: feature-alignment trains one classifier");
    }
  }

  /** What judges the features. */
  public enum Judge {
    /** 3x3 convolutions of stride 1: every cell is judged. */
    PIXEL,
    /** AdaptSegNet's five 4x4 convolutions of stride 2: features of at least 32x32 cells. */
    CONVOLUTIONAL
  }

  /**
   * Alignment of features.
   *
   * @param discriminator pixel or convolutional
   * @param discriminatorWidth channels of the discriminator's first layer; even for pixel
   * @param gan vanilla (logistic) or least-squares
   * @param temperature the source's logits are divided by it in the segmentation loss
   * @param lambdaAdv weight of the adversarial loss
   */
  public record Alignment(
      Judge discriminator,
      int discriminatorWidth,
      DomainLoss gan,
      double temperature,
      double lambdaAdv) {
    /**
     * Checks the ranges.
     *
     * @param discriminator pixel or convolutional
     * @param discriminatorWidth channels of the discriminator's first layer; even for pixel
     * @param gan vanilla (logistic) or least-squares
     * @param temperature the source's logits are divided by it in the segmentation loss
     * @param lambdaAdv weight of the adversarial loss
     */
    public Alignment {
      if (discriminatorWidth < 2 || discriminatorWidth % 2 != 0) {
        throw new IllegalArgumentException(
            "discriminator-width must be even and at least 2, found " + discriminatorWidth);
      }
      if (!(temperature > 0)) {
        throw new IllegalArgumentException("temperature must be positive, found " + temperature);
      }
      if (!(lambdaAdv >= 0)) {
        throw new IllegalArgumentException("lambda-adv must be at least 0, found " + lambdaAdv);
      }
    }
  }
}
