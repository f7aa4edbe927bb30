package org.crossfade.metapix;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.recipes.Decay;
import org.crossfade.recipes.ImageStream;
import org.crossfade.recipes.augmentation.FourierStyleTransfer;
import org.crossfade.recipes.loss.EntropyLoss;
import org.crossfade.recipes.loss.RobustEntropyLoss;
import org.crossfade.recipes.loss.SupervisedLoss;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Training of the segmentation network on labelled images of both domains, or of one.
 *
 * @param iterations how many; 0 where the phase is left out
 * @param decay of the rates
 * @param sourceLoss what source images add to the loss
 * @param sourceFactor what their loss is multiplied by; at least 0
 * @param targetLoss what target images add to the loss
 * @param segmentation what a labelled pixel adds to a {@code labelled-mean}; the other losses are
 *     cross entropies
 * @param entropy of predictions on target images, added to the loss
 * @param style the target's, given to source images; both streams have one size and one batch then
 * @param source what is drawn from the source domain
 * @param target what is drawn from the labelled target images
 * @param adam how the network moves
 * @param test how the network is evaluated
 */
public record PairTraining(
    long iterations,
    Decay decay,
    SourceLoss sourceLoss,
    double sourceFactor,
    TargetLoss targetLoss,
    SupervisedLoss segmentation,
    Optional<Entropy> entropy,
    Optional<FourierStyleTransfer> style,
    ImageStream source,
    ImageStream target,
    AdamOptions adam,
    Inference test) {

  /** What source images add to the loss. */
  public enum SourceLoss {
    /** Mean over the pixels that have a label: direct joint training. */
    LABELLED_MEAN,
    /** Sum over the pixels that have a label, over the number of all. */
    ALL_PIXELS,
    /** The same with the weights of the weighting network: MetaPix. */
    WEIGHTED,
    /** Source images are not drawn. */
    NONE
  }

  /**
   * Entropy of predictions on target images.
   *
   * @param kind ADVENT's or FDA's
   * @param weight in the loss, at least 0; ADVENT 0.001, FDA 0.005
   * @param eta FDA's exponent, above 0; ADVENT's has none
   */
  public record Entropy(Kind kind, double weight, double eta) {
    /** Whose entropy. */
    public enum Kind {
      /** ADVENT's direct entropy. */
      MINENT,
      /** FDA's robust entropy. */
      ROBUST
    }

    /**
     * Checks the ranges.
     *
     * @param kind ADVENT's or FDA's
     * @param weight in the loss, at least 0; ADVENT 0.001, FDA 0.005
     * @param eta FDA's exponent, above 0; ADVENT's has none
     */
    public Entropy {
      if (!(weight >= 0 && eta > 0)) {
        throw new IllegalArgumentException(
            "weight must be at least 0 and eta positive, found " + weight + " and " + eta);
      }
    }

    /**
     * Returns the loss, without the weight.
     *
     * @param logits [N, H, W, K]
     */
    Operand<TFloat32> of(Ops tf, Operand<TFloat32> logits) {
      return switch (kind) {
        case MINENT -> new EntropyLoss().apply(tf, logits);
        case ROBUST -> RobustEntropyLoss.published(eta).apply(tf, logits);
      };
    }
  }

  /**
   * Checks the ranges and what no part can check alone.
   *
   * @param iterations how many; 0 where the phase is left out
   * @param decay of the rates
   * @param sourceLoss what source images add to the loss
   * @param sourceFactor what their loss is multiplied by; at least 0
   * @param targetLoss what target images add to the loss
   * @param segmentation what a labelled pixel adds to a {@code labelled-mean}; the other losses are
   *     cross entropies
   * @param entropy of predictions on target images, added to the loss
   * @param style the target's, given to source images; both streams have one size and one batch
   *     then
   * @param source what is drawn from the source domain
   * @param target what is drawn from the labelled target images
   * @param adam how the network moves
   * @param test how the network is evaluated
   */
  public PairTraining {
    if (iterations < 0) {
      throw new IllegalArgumentException("iterations must be at least 0, found " + iterations);
    }
    decay.requireLastsFor(iterations);
    if (!(sourceFactor >= 0)) {
      throw new IllegalArgumentException("source-factor must be at least 0, found " + sourceFactor);
    }
    if (sourceLoss == SourceLoss.NONE && targetLoss == TargetLoss.NONE) {
      throw new IllegalArgumentException(
          "source-loss and target-loss are both none: nothing would be trained");
    }
    if (segmentation.kind() != SupervisedLoss.Kind.CROSS_ENTROPY
        && (List.of(SourceLoss.ALL_PIXELS, SourceLoss.WEIGHTED).contains(sourceLoss)
            || targetLoss == TargetLoss.ALL_PIXELS)) {
      throw new IllegalArgumentException(
          "segmentation.kind = focal is a mean over labelled pixels: source-loss and target-loss"
              + " must be labelled-mean or none");
    }
    if (entropy.isPresent() && targetLoss == TargetLoss.NONE) {
      throw new IllegalArgumentException(
          "entropy is that of target images, which target-loss = none does not draw");
    }
    if (style.isPresent()) {
      requirePairs(sourceLoss, targetLoss, source, target);
    }
  }

  private static void requirePairs(
      SourceLoss sourceLoss, TargetLoss targetLoss, ImageStream source, ImageStream target) {
    if (sourceLoss == SourceLoss.NONE || targetLoss == TargetLoss.NONE) {
      throw new IllegalArgumentException(
          "style is transferred from target to source images: neither source-loss nor target-loss"
              + " may be none");
    }
    ImageStream.requireCounterparts(source, target);
  }

  /** Returns whether a domain's images are drawn. */
  boolean draws(Domain domain) {
    return domain == Domain.SOURCE ? sourceLoss != SourceLoss.NONE : targetLoss != TargetLoss.NONE;
  }

  /** Returns the streams that are drawn, called {@code source} and {@code target}. */
  List<StreamRequest> streams() {
    var streams = new ArrayList<StreamRequest>();
    if (draws(Domain.SOURCE)) {
      streams.add(source.request(Domain.SOURCE.stream(), Domain.SOURCE, Labels.GROUND_TRUTH));
    }
    if (draws(Domain.TARGET)) {
      streams.add(target.request(Domain.TARGET.stream(), Domain.TARGET, Labels.GROUND_TRUTH));
    }
    return streams;
  }
}
