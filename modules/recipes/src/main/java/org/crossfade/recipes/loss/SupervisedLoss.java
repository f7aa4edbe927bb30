package org.crossfade.recipes.loss;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.label.LabelSpace;

/**
 * Options of a supervised loss: cross entropy, or PixDA's focal loss. Those behind {@code kind} are
 * read by the focal loss alone.
 *
 * @param kind focal or cross entropy
 * @param alpha α of the focal loss, 0..1, both excluded
 * @param balanceClass the class that weighs α, all others 1 − α; without it all weigh α. Where the
 *     task has fewer classes, all weigh 1 − α
 * @param gamma γ of the focal loss
 * @param epsilon added to probabilities in the focal loss
 */
public record SupervisedLoss(
    Kind kind, double alpha, Optional<Integer> balanceClass, double gamma, double epsilon) {
  /** Which supervised loss. */
  public enum Kind {
    /** Focal loss. */
    FOCAL,
    /** Cross entropy. */
    CROSS_ENTROPY
  }

  /** Checks the ranges. */
  public SupervisedLoss {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha must lie in 0..1, both excluded, found " + alpha);
    }
    if (balanceClass.isPresent()
        && (balanceClass.get() < 0 || balanceClass.get() >= LabelSpace.IGNORE)) {
      throw new IllegalArgumentException(
          "balance-class must be a train id, found " + balanceClass.get());
    }
    new FocalLoss(LabelSpace.IGNORE, 1, Reduction.MEAN, List.of(), gamma, epsilon);
  }

  /** Returns the options of cross entropy. */
  public static SupervisedLoss crossEntropy() {
    return new SupervisedLoss(Kind.CROSS_ENTROPY, 0.25, Optional.empty(), 2, 0);
  }

  /**
   * Returns the loss.
   *
   * @param classes K
   * @param processes groups of images that are averaged on their own
   */
  public SegmentationLoss loss(int classes, int processes) {
    if (kind == Kind.CROSS_ENTROPY) {
      return new SegmentationCrossEntropy(LabelSpace.IGNORE, processes);
    }
    List<Double> weights =
        balanceClass
            .map(
                c ->
                    c < classes
                        ? FocalLoss.balanced(classes, alpha, c)
                        : Collections.nCopies(classes, 1 - alpha))
            .orElseGet(() -> Collections.nCopies(classes, alpha));
    return new FocalLoss(LabelSpace.IGNORE, processes, Reduction.MEAN, weights, gamma, epsilon);
  }
}
