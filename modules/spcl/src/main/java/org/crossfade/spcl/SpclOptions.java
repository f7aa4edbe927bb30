package org.crossfade.spcl;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.InputSize;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.OutputSpaceAlignment;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.loss.DomainLoss;
import org.crossfade.recipes.loss.Reduction;
import org.crossfade.spcl.loss.FeatureMasks;
import org.crossfade.spcl.loss.PrototypeContrast;
import org.crossfade.spcl.loss.PrototypeUpdate;
import org.crossfade.spcl.pseudo.ConfidenceRule;

/**
 * SPCL's options, section {@code crossfade.spcl}. The values in {@code reference.conf} are those
 * that made the published numbers.
 *
 * @param network of all phases; without an auxiliary head
 * @param source supervised training in front; 0 iterations leave it out, as published
 * @param warmUp adversarial phase: rates, batches and lengths
 * @param alignment what the adversarial phase aligns, and how strongly
 * @param prototypes how they begin and move
 * @param pseudoLabels which predictions on the target are believed
 * @param contrast contrastive phase
 * @param selfSupervision last phase
 */
public record SpclOptions(
    NetworkOptions network,
    SupervisedTraining source,
    AdversarialTraining warmUp,
    Alignment alignment,
    Prototypes prototypes,
    PseudoLabels pseudoLabels,
    Contrast contrast,
    SelfSupervision selfSupervision) {

  /**
   * Checks what no part can check alone.
   *
   * @param network of all phases; without an auxiliary head
   * @param source supervised training in front; 0 iterations leave it out, as published
   * @param warmUp adversarial phase: rates, batches and lengths
   * @param alignment what the adversarial phase aligns, and how strongly
   * @param prototypes how they begin and move
   * @param pseudoLabels which predictions on the target are believed
   * @param contrast contrastive phase
   * @param selfSupervision last phase
   */
  public SpclOptions {
    if (network.auxiliaryHead()) {
      throw new IllegalArgumentException(
          "network.auxiliary-head must be false: SPCL trains one classifier");
    }
  }

  /**
   * Alignment of class probabilities in the warm-up.
   *
   * @param gan vanilla (logistic) or least-squares
   * @param sourceTemperature the source's logits are divided by it, in the segmentation loss and in
   *     what the discriminator sees
   * @param targetTemperature the target's logits are divided by it in what the discriminator sees
   * @param lambdaAdv weight of the adversarial loss
   * @param discriminatorWidth channels of the discriminator's first layer
   */
  public record Alignment(
      DomainLoss gan,
      double sourceTemperature,
      double targetTemperature,
      double lambdaAdv,
      int discriminatorWidth) {
    /**
     * Checks the ranges.
     *
     * @param gan vanilla (logistic) or least-squares
     * @param sourceTemperature the source's logits are divided by it, in the segmentation loss and
     *     in what the discriminator sees
     * @param targetTemperature the target's logits are divided by it in what the discriminator sees
     * @param lambdaAdv weight of the adversarial loss
     * @param discriminatorWidth channels of the discriminator's first layer
     */
    public Alignment {
      oneLevel(gan, sourceTemperature, targetTemperature, lambdaAdv, discriminatorWidth);
    }

    /** Returns the same as AdaptSegNet's options at one level. */
    OutputSpaceAlignment oneLevel() {
      return oneLevel(gan, sourceTemperature, targetTemperature, lambdaAdv, discriminatorWidth);
    }

    private static OutputSpaceAlignment oneLevel(
        DomainLoss gan, double source, double target, double lambdaAdv, int width) {
      if (!(lambdaAdv >= 0)) {
        throw new IllegalArgumentException("lambda-adv must be at least 0, found " + lambdaAdv);
      }
      return new OutputSpaceAlignment(gan, source, target, 0, 0, lambdaAdv, width);
    }
  }

  /** What a sum of images' means is divided by. */
  public enum Average {
    /** The images that show the class: official code. */
    IMAGES_WITH_CLASS,
    /** All images: equation 2. */
    ALL_IMAGES
  }

  /**
   * Prototypes.
   *
   * @param input what the network sees in the pass over the source that initialises them
   * @param normaliseFeatures whether directions of features are averaged, or features
   * @param average of images' means in the initialisation
   * @param alpha α in 0..1, the part that an update keeps
   * @param absentClasses what an update does to a class without a cell
   */
  public record Prototypes(
      InputSize input,
      boolean normaliseFeatures,
      Average average,
      double alpha,
      PrototypeUpdate.AbsentClasses absentClasses) {
    /**
     * Checks the range.
     *
     * @param input what the network sees in the pass over the source that initialises them
     * @param normaliseFeatures whether directions of features are averaged, or features
     * @param average of images' means in the initialisation
     * @param alpha α in 0..1, the part that an update keeps
     * @param absentClasses what an update does to a class without a cell
     */
    public Prototypes {
      new PrototypeUpdate(alpha, normaliseFeatures, absentClasses);
    }

    /** Returns how prototypes move. */
    PrototypeUpdate update() {
      return new PrototypeUpdate(alpha, normaliseFeatures, absentClasses);
    }
  }

  /**
   * Pseudo labels.
   *
   * @param input what the labelling network sees; its labels have the image's native size
   * @param confidence which predictions are believed
   */
  public record PseudoLabels(InputSize input, ConfidenceRule confidence) {}

  /** Where the classes of target cells come from. */
  public enum TargetMasks {
    /** Pseudo labels of the warm-up's network, made once before the phase: official code. */
    OFFLINE,
    /** The current logits at feature resolution, with thresholds of the batch: paper. */
    ONLINE
  }

  /**
   * Contrastive phase: L_seg + λ(L_cl^s + L_cl^t).
   *
   * @param enabled whether the phase is run
   * @param training rates, batches and lengths
   * @param segmentationTemperature the source's logits are divided by it in L_seg, above 0
   * @param sourceTerm whether L_cl^s takes part
   * @param targetTerm whether L_cl^t takes part; without it no target image is drawn
   * @param lambda λ, at least 0
   * @param divisor τ: products of features and prototypes are divided by it
   * @param normalisePrototypes whether prototypes are divided by their lengths in these products
   * @param reduction of the contrastive terms over cells
   * @param sourceCells which source cells take part, here and in the prototypes
   * @param targetMasks where the classes of target cells come from
   */
  public record Contrast(
      boolean enabled,
      JointTraining training,
      double segmentationTemperature,
      boolean sourceTerm,
      boolean targetTerm,
      double lambda,
      double divisor,
      boolean normalisePrototypes,
      Reduction reduction,
      FeatureMasks.SourceCells sourceCells,
      TargetMasks targetMasks) {
    /**
     * Checks the ranges.
     *
     * @param enabled whether the phase is run
     * @param training rates, batches and lengths
     * @param segmentationTemperature the source's logits are divided by it in L_seg, above 0
     * @param sourceTerm whether L_cl^s takes part
     * @param targetTerm whether L_cl^t takes part; without it no target image is drawn
     * @param lambda λ, at least 0
     * @param divisor τ: products of features and prototypes are divided by it
     * @param normalisePrototypes whether prototypes are divided by their lengths in these products
     * @param reduction of the contrastive terms over cells
     * @param sourceCells which source cells take part, here and in the prototypes
     * @param targetMasks where the classes of target cells come from
     */
    public Contrast {
      if (!(segmentationTemperature > 0)) {
        throw new IllegalArgumentException(
            "segmentation-temperature must be positive, found " + segmentationTemperature);
      }
      if (!(lambda >= 0)) {
        throw new IllegalArgumentException("lambda must be at least 0, found " + lambda);
      }
      if (enabled && !sourceTerm && !targetTerm) {
        throw new IllegalArgumentException(
            "source-term or target-term must be true; enabled = false leaves the phase out");
      }
      new PrototypeContrast(divisor, normalisePrototypes, reduction);
    }

    /** Returns the loss of both terms. */
    PrototypeContrast loss() {
      return new PrototypeContrast(divisor, normalisePrototypes, reduction);
    }

    /** Returns whether the phase reads stored pseudo labels. */
    boolean readsPseudoLabels() {
      return targetTerm && targetMasks == TargetMasks.OFFLINE;
    }
  }

  /**
   * Self-supervised phase: L_ssl on the target's pseudo labels.
   *
   * @param enabled whether the phase is run
   * @param training rates, batches and lengths; at least 1 iteration where enabled
   */
  public record SelfSupervision(boolean enabled, SupervisedTraining training) {
    /**
     * Checks the length.
     *
     * @param enabled whether the phase is run
     * @param training rates, batches and lengths; at least 1 iteration where enabled
     */
    public SelfSupervision {
      if (enabled && training.iterations() < 1) {
        throw new IllegalArgumentException(
            "training.iterations must be at least 1; enabled = false leaves the phase out");
      }
    }
  }
}
