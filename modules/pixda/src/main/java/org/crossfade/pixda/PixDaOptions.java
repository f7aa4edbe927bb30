package org.crossfade.pixda;

import java.util.Optional;
import org.crossfade.core.method.ScoreRule;
import org.crossfade.core.nn.ConvolutionalDiscriminator;
import org.crossfade.core.nn.Discriminator;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.optim.Sgd;
import org.crossfade.pixda.loss.KnowledgeDistillation;
import org.crossfade.pixda.loss.PixelAdversarialLoss;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.ImageStream;
import org.crossfade.recipes.SupervisedTraining;
import org.crossfade.recipes.augmentation.FourierStyleTransfer;
import org.crossfade.recipes.loss.Reduction;
import org.crossfade.recipes.loss.SupervisedLoss;

/**
 * PixDA's options, section {@code crossfade.pixda}. The values in {@code reference.conf} are those
 * that made the published numbers.
 *
 * @param network of all phases; without an auxiliary head
 * @param source first phase: supervised training on the source domain; 0 iterations leave it out,
 *     and the adversarial phase starts from the pretrained weights
 * @param adversarial second phase: rates, batches, and the most iterations it may take
 * @param replicas equal shares of a batch, each normalised by its own statistics
 * @param firstStep how repeated updates of the trunk begin: independent or sequential
 * @param style transfer from target to source images; without it they stay as they are
 * @param segmentation the supervised loss of the last two phases
 * @param alignment second phase: what is aligned, and how strongly
 * @param selection second phase: which source images stay
 * @param fineTuning last phase
 */
public record PixDaOptions(
    NetworkOptions network,
    SupervisedTraining source,
    AdversarialTraining adversarial,
    int replicas,
    Sgd.FirstStep firstStep,
    Optional<FourierStyleTransfer> style,
    SupervisedLoss segmentation,
    Alignment alignment,
    SourceSelection selection,
    FineTuning fineTuning) {

  /**
   * Checks what no part can check alone.
   *
   * @param network of all phases; without an auxiliary head
   * @param source first phase: supervised training on the source domain; 0 iterations leave it out,
   *     and the adversarial phase starts from the pretrained weights
   * @param adversarial second phase: rates, batches, and the most iterations it may take
   * @param replicas equal shares of a batch, each normalised by its own statistics
   * @param firstStep how repeated updates of the trunk begin: independent or sequential
   * @param style transfer from target to source images; without it they stay as they are
   * @param segmentation the supervised loss of the last two phases
   * @param alignment second phase: what is aligned, and how strongly
   * @param selection second phase: which source images stay
   * @param fineTuning last phase
   */
  public PixDaOptions {
    if (network.auxiliaryHead()) {
      throw new IllegalArgumentException(
          "network.auxiliary-head must be false: PixDA trains one classifier");
    }
    int sourceBatch = adversarial.source().batch();
    int targetBatch = adversarial.target().batch();
    if (replicas < 1 || sourceBatch % replicas != 0 || targetBatch % replicas != 0) {
      throw new IllegalArgumentException(
          "replicas must divide the adversarial phase's batches of "
              + sourceBatch
              + " and "
              + targetBatch
              + " images, found "
              + replicas);
    }
    long before = fineTuning.continueOptimizer() ? adversarial.iterations() : 0;
    if (fineTuning.enabled() && !adversarial.decay().lastsFor(before + fineTuning.iterations())) {
      throw new IllegalArgumentException(
          "fine-tuning.iterations%s must be at most adversarial.decay.horizon, where the rate is 0: found %d%s and %d"
              .formatted(
                  before > 0 ? ", which follow adversarial.iterations," : "",
                  fineTuning.iterations(),
                  before > 0 ? " behind " + before : "",
                  adversarial.decay().horizon()));
    }
    if (style.isPresent()) {
      ImageStream.requireCounterparts(adversarial.source(), adversarial.target());
    }
  }

  /** What the adversarial loss looks at. */
  public enum Level {
    /** Every pixel has a logit of its own. */
    PIXEL,
    /** AdaptSegNet's discriminator: one logit a patch. */
    IMAGE
  }

  /**
   * Adversarial alignment of predictions.
   *
   * @param level of the discriminator: pixel, or image as the row of table 3
   * @param lambdaAdv λ, weight of the adversarial loss
   * @param useS whether S weighs pixels; needs level pixel
   * @param useB whether B weighs pixels; needs level pixel
   * @param detachS whether S carries no gradient
   * @param lambdaD weight of each domain in a discriminator's loss
   * @param reduction of the pixel-wise discriminator's loss: mean, or the paper's sum over pixels
   * @param discriminatorWidth channels of the discriminator's first layer
   */
  public record Alignment(
      Level level,
      double lambdaAdv,
      boolean useS,
      boolean useB,
      boolean detachS,
      double lambdaD,
      Reduction reduction,
      int discriminatorWidth) {
    /**
     * Checks the ranges.
     *
     * @param level of the discriminator: pixel, or image as the row of table 3
     * @param lambdaAdv λ, weight of the adversarial loss
     * @param useS whether S weighs pixels; needs level pixel
     * @param useB whether B weighs pixels; needs level pixel
     * @param detachS whether S carries no gradient
     * @param lambdaD weight of each domain in a discriminator's loss
     * @param reduction of the pixel-wise discriminator's loss: mean, or the paper's sum over pixels
     * @param discriminatorWidth channels of the discriminator's first layer
     */
    public Alignment {
      if (!(lambdaAdv >= 0 && lambdaD >= 0)) {
        throw new IllegalArgumentException(
            "lambda-adv and lambda-d must be at least 0, found " + lambdaAdv + " and " + lambdaD);
      }
      if (discriminatorWidth < 1) {
        throw new IllegalArgumentException(
            "discriminator-width must be at least 1, found " + discriminatorWidth);
      }
      if (level == Level.IMAGE && (useS || useB)) {
        throw new IllegalArgumentException(
            "use-s and use-b must be false with level = image: they weigh single pixels");
      }
    }

    /**
     * {@return the discriminator}
     *
     * @param classes K
     */
    public Discriminator discriminator(int classes) {
      return level == Level.PIXEL
          ? new PixelDiscriminator(classes, discriminatorWidth)
          : new ConvolutionalDiscriminator(classes, discriminatorWidth);
    }

    /** {@return the adversarial loss of level pixel} */
    public PixelAdversarialLoss pixelLoss() {
      return new PixelAdversarialLoss(useS, useB, detachS);
    }

    /**
     * {@return the weight of a domain's mean in the discriminator's loss}
     *
     * @param pixels that the discriminator answers for in one image
     */
    public double discriminatorWeight(long pixels) {
      return level == Level.PIXEL && reduction == Reduction.SUM ? lambdaD * pixels : lambdaD;
    }
  }

  /**
   * Selection of source images after each epoch, by an image-wise discriminator that does not reach
   * the segmenter.
   *
   * @param enabled whether there is one; without it all images stay to the last iteration
   * @param score of an image
   * @param rule which scores stay
   * @param dropRemainder whether images that do not fill a batch are lost without a score
   * @param discriminatorWidth channels of the discriminator's first layer
   */
  public record SourceSelection(
      boolean enabled,
      DomainScore score,
      ScoreRule rule,
      boolean dropRemainder,
      int discriminatorWidth) {
    /**
     * Checks the range.
     *
     * @param enabled whether there is one; without it all images stay to the last iteration
     * @param score of an image
     * @param rule which scores stay
     * @param dropRemainder whether images that do not fill a batch are lost without a score
     * @param discriminatorWidth channels of the discriminator's first layer
     */
    public SourceSelection {
      if (discriminatorWidth < 1) {
        throw new IllegalArgumentException(
            "discriminator-width must be at least 1, found " + discriminatorWidth);
      }
    }
  }

  /**
   * Training on the labelled target images alone, at the rates, batches and loss of the adversarial
   * phase.
   *
   * @param enabled whether there is such a phase
   * @param iterations how many, at least 1 where enabled
   * @param continueOptimizer whether momentum and falling rates go on where the adversarial phase
   *     ended
   * @param distillation from a frozen copy of the network
   */
  public record FineTuning(
      boolean enabled, long iterations, boolean continueOptimizer, Distillation distillation) {
    /**
     * Checks the length.
     *
     * @param enabled whether there is such a phase
     * @param iterations how many, at least 1 where enabled
     * @param continueOptimizer whether momentum and falling rates go on where the adversarial phase
     *     ended
     * @param distillation from a frozen copy of the network
     */
    public FineTuning {
      if (enabled && iterations < 1) {
        throw new IllegalArgumentException(
            "iterations must be at least 1; enabled = false leaves the phase out");
      }
    }
  }

  /** What normalises the teacher. */
  public enum TeacherNorm {
    /** The statistics of its batch: the official code never puts it into evaluation mode. */
    BATCH,
    /** The running statistics, which never move. */
    RUNNING
  }

  /**
   * Knowledge distillation.
   *
   * @param enabled whether there is a teacher
   * @param weight λ_kd
   * @param teacherTemperature divides the teacher's logits
   * @param meanOverClasses whether the sum over classes is divided by their number
   * @param teacherNorm statistics that normalise the teacher
   */
  public record Distillation(
      boolean enabled,
      double weight,
      double teacherTemperature,
      boolean meanOverClasses,
      TeacherNorm teacherNorm) {
    /**
     * Checks the ranges.
     *
     * @param enabled whether there is a teacher
     * @param weight λ_kd
     * @param teacherTemperature divides the teacher's logits
     * @param meanOverClasses whether the sum over classes is divided by their number
     * @param teacherNorm statistics that normalise the teacher
     */
    public Distillation {
      if (!(weight >= 0)) {
        throw new IllegalArgumentException("weight must be at least 0, found " + weight);
      }
      new KnowledgeDistillation(teacherTemperature, meanOverClasses);
    }

    /** {@return the loss} */
    public KnowledgeDistillation loss() {
      return new KnowledgeDistillation(teacherTemperature, meanOverClasses);
    }
  }
}
