package org.crossfade.core.metric;

import java.util.Arrays;
import java.util.Collection;

/**
 * Intersection over union and accuracies of a confusion matrix, under one protocol.
 *
 * <p>IoU = TP/(TP + FP + FN), from the counts over the whole set. All values are fractions in [0,
 * 1]; undefined ones are NaN.
 */
public final class SegmentationScores {
  private static final double EPSILON = 1e-10;
  private static final double PIXDA_EPSILON = 1e-9;

  private final ConfusionMatrix matrix;
  private final ScoreProtocol protocol;
  private final double[] iou;

  /** The scores of the counts at this moment. */
  public SegmentationScores(ConfusionMatrix matrix, ScoreProtocol protocol) {
    this.matrix = new ConfusionMatrix(matrix.classes(), -1);
    this.matrix.add(matrix);
    this.protocol = protocol;
    this.iou = new double[matrix.classes()];
    Arrays.setAll(iou, this::unroundedIou);
  }

  /** IoU of each class: K fractions, NaN where the protocol leaves a class undefined. */
  public double[] iou() {
    double[] scores = iou.clone();
    if (protocol == ScoreProtocol.SKIP_UNLABELLED_ROUNDED) {
      Arrays.setAll(scores, c -> rounded(scores[c]));
    }
    return scores;
  }

  /** The mIoU over all classes. */
  public double meanIou() {
    double mean = meanOfDefined(iou);
    return protocol == ScoreProtocol.SKIP_UNLABELLED_ROUNDED ? rounded(mean) : mean;
  }

  /**
   * The mean IoU over some classes, such as the members of a class group.
   *
   * @param classes ids in 0 to K − 1, at least one
   * @throws IllegalArgumentException if there is none, or one is no class
   */
  public double meanIou(Collection<Integer> classes) {
    if (classes.isEmpty() || classes.stream().anyMatch(c -> c < 0 || c >= iou.length)) {
      throw new IllegalArgumentException(
          "mean over the classes %s, expected some of 0 to %d".formatted(classes, iou.length - 1));
    }
    double[] scores = iou();
    double[] chosen = classes.stream().mapToDouble(c -> scores[c]).toArray();
    return protocol == ScoreProtocol.SKIP_UNLABELLED_ROUNDED
        ? rounded(Arrays.stream(chosen).average().orElseThrow())
        : meanOfDefined(chosen);
  }

  /** Accuracy of each class, TP/(TP + FN): K fractions, NaN where undefined. */
  public double[] classAccuracy() {
    double[] accuracy = new double[iou.length];
    Arrays.setAll(
        accuracy,
        c ->
            protocol == ScoreProtocol.ABSENT_AS_ZERO
                ? matrix.correct(c) / (matrix.labelled(c) + EPSILON)
                : (double) matrix.correct(c) / matrix.labelled(c));
    return accuracy;
  }

  /** The mean of {@link #classAccuracy}, undefined classes left out. */
  public double meanClassAccuracy() {
    return meanOfDefined(classAccuracy());
  }

  /** The fraction of pixels predicted as what they are; NaN (or 0 with an epsilon) without any. */
  public double pixelAccuracy() {
    return protocol == ScoreProtocol.ABSENT_AS_ZERO
        ? matrix.totalCorrect() / (matrix.total() + EPSILON)
        : (double) matrix.totalCorrect() / matrix.total();
  }

  private double unroundedIou(int c) {
    return switch (protocol) {
      case SKIP_ABSENT -> (double) matrix.correct(c) / matrix.union(c);
      case ABSENT_AS_ZERO -> matrix.correct(c) / (matrix.union(c) + EPSILON);
      case SKIP_UNLABELLED_ROUNDED ->
          matrix.labelled(c) == 0
              ? Double.NaN
              : matrix.correct(c) / (matrix.union(c) + PIXDA_EPSILON);
    };
  }

  /** To a hundredth of a percent, ties to the even one, as NumPy rounds. */
  private static double rounded(double fraction) {
    return Math.rint(fraction * 100 * 100) / (100 * 100);
  }

  private static double meanOfDefined(double[] scores) {
    return Arrays.stream(scores).filter(score -> !Double.isNaN(score)).average().orElse(Double.NaN);
  }
}
