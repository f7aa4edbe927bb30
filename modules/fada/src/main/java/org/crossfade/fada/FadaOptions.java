package org.crossfade.fada;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.fada.loss.DomainEncoding;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.InputSize;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.loss.Reduction;

/**
 * FADA's options, section {@code crossfade.fada}. The values in {@code reference.conf} are those
 * that made the published numbers.
 *
 * @param network of all phases; without an auxiliary head
 * @param source first phase: supervised training on the source domain; 0 iterations leave it out,
 *     and the adversarial phase starts from the pretrained weights
 * @param adversarial second phase: rates, batches and lengths
 * @param alignment second phase: what is aligned, and how strongly
 * @param selfDistillation last phases
 */
public record FadaOptions(
    NetworkOptions network,
    SupervisedTraining source,
    AdversarialTraining adversarial,
    Alignment alignment,
    SelfDistillation selfDistillation) {

  /**
   * Checks what no part can check alone.
   *
   * @param network of all phases; without an auxiliary head
   * @param source first phase: supervised training on the source domain; 0 iterations leave it out,
   *     and the adversarial phase starts from the pretrained weights
   * @param adversarial second phase: rates, batches and lengths
   * @param alignment second phase: what is aligned, and how strongly
   * @param selfDistillation last phases
   */
  public FadaOptions {
    if (network.auxiliaryHead()) {
      throw new IllegalArgumentException(
          "network.auxiliary-head must be false: FADA trains one classifier");
    }
  }

  /**
   * Class-level alignment of features.
   *
   * @param temperature T of domain labels, above 0: logits are divided by it after upsampling
   * @param segmentationTemperature of the segmentation loss, above 0: T in the official code, 1 in
   *     the paper
   * @param encoding of domain labels: soft, hard or binary
   * @param clip of soft labels, in 0..1; 1 is off
   * @param confidence of hard labels, in 0..1
   * @param lambdaAdv weight of the adversarial loss
   * @param lambdaD weight of each half of the discriminator's loss
   * @param reduction of the segmentation loss and of the domain losses: mean, or the paper's sum
   * @param discriminatorWidth channels of the discriminator's first layer, even
   */
  public record Alignment(
      double temperature,
      double segmentationTemperature,
      DomainEncoding.Kind encoding,
      double clip,
      double confidence,
      double lambdaAdv,
      double lambdaD,
      Reduction reduction,
      int discriminatorWidth) {
    /**
     * Checks the ranges.
     *
     * @param temperature T of domain labels, above 0: logits are divided by it after upsampling
     * @param segmentationTemperature of the segmentation loss, above 0: T in the official code, 1
     *     in the paper
     * @param encoding of domain labels: soft, hard or binary
     * @param clip of soft labels, in 0..1; 1 is off
     * @param confidence of hard labels, in 0..1
     * @param lambdaAdv weight of the adversarial loss
     * @param lambdaD weight of each half of the discriminator's loss
     * @param reduction of the segmentation loss and of the domain losses: mean, or the paper's sum
     * @param discriminatorWidth channels of the discriminator's first layer, even
     */
    public Alignment {
      if (!(temperature > 0 && segmentationTemperature > 0)) {
        throw new IllegalArgumentException(
            "temperature and segmentation-temperature must be positive, found "
                + temperature
                + " and "
                + segmentationTemperature);
      }
      if (!(lambdaAdv >= 0 && lambdaD >= 0)) {
        throw new IllegalArgumentException(
            "lambda-adv and lambda-d must be at least 0, found " + lambdaAdv + " and " + lambdaD);
      }
      if (discriminatorWidth < 2 || discriminatorWidth % 2 != 0) {
        throw new IllegalArgumentException(
            "discriminator-width must be even and at least 2, found " + discriminatorWidth);
      }
      new DomainEncoding(encoding, clip, confidence);
    }

    /** {@return how domain labels are spread over classes} */
    public DomainEncoding domainEncoding() {
      return new DomainEncoding(encoding, clip, confidence);
    }
  }

  /** Where the student of self distillation starts. */
  public enum Start {
    /** From the pretrained weights with a fresh classifier, as a born-again network: published. */
    PRETRAINED,
    /** From the source phase: stands in for pretrained weights where there are none. */
    SOURCE,
    /** From the adversarial phase, as SPCL's last phase does. */
    ADVERSARIAL
  }

  /**
   * Training of a student on the adversarial phase's labels of the target.
   *
   * @param enabled whether the phases {@code pseudo-labels} and {@code self-distillation} are run
   * @param start of the student
   * @param pseudoLabels what the network that labels sees
   * @param training of the student; at least 1 iteration where enabled
   */
  public record SelfDistillation(
      boolean enabled, Start start, InputSize pseudoLabels, SupervisedTraining training) {
    /**
     * Checks the length.
     *
     * @param enabled whether the phases {@code pseudo-labels} and {@code self-distillation} are run
     * @param start of the student
     * @param pseudoLabels what the network that labels sees
     * @param training of the student; at least 1 iteration where enabled
     */
    public SelfDistillation {
      if (enabled && training.iterations() < 1) {
        throw new IllegalArgumentException(
            "training.iterations must be at least 1; enabled = false leaves the phase out");
      }
    }
  }
}
