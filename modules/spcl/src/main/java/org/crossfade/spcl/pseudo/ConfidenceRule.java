package org.crossfade.spcl.pseudo;

import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.nn.HardLabels;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Cumsum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * Which predictions are believed: those at least as confident as their class' threshold, which is a
 * quantile of the confidences of all pixels predicted as that class, at most {@code cap}. 0 for a
 * class that is never predicted. Section 3.2.2 of SPCL.
 *
 * @param quantile in 0..1; 0.5 is the median
 * @param rank what a quantile between two pixels is
 * @param cap in 0..1, above 0
 * @param comparison with the threshold
 */
public record ConfidenceRule(double quantile, Rank rank, double cap, Comparison comparison) {
  /** What a quantile between two values is. */
  public enum Rank {
    /** The element number round(quantile·n), halves to even, from 0 in ascending order: code. */
    NEAREST,
    /** Between the two neighbours of (n − 1)·quantile; of the median, their mean: paper. */
    INTERPOLATED
  }

  /** Which confidences are high enough. */
  public enum Comparison {
    /** Those not below the threshold: official code. */
    AT_LEAST,
    /** Those above the threshold: paper. */
    ABOVE
  }

  /**
   * Checks the ranges.
   *
   * @param quantile in 0..1; 0.5 is the median
   * @param rank what a quantile between two pixels is
   * @param cap in 0..1, above 0
   * @param comparison with the threshold
   */
  public ConfidenceRule {
    if (!(quantile >= 0 && quantile <= 1)) {
      throw new IllegalArgumentException("quantile must lie in 0..1, found " + quantile);
    }
    if (!(cap > 0 && cap <= 1)) {
      throw new IllegalArgumentException("cap must lie in 0..1, above 0, found " + cap);
    }
  }

  /**
   * {@return the threshold of each class, [K], from all confidences of a pass}
   *
   * @param confidences of all pixels of the pass, by predicted class
   */
  public float[] thresholds(ConfidenceHistogram confidences) {
    float[] thresholds = new float[confidences.classes()];
    for (int k = 0; k < thresholds.length; k++) {
      long n = confidences.count(k);
      if (n > 0) {
        thresholds[k] = (float) Math.min(cap, quantile(confidences, k, n));
      }
    }
    return thresholds;
  }

  private double quantile(ConfidenceHistogram confidences, int label, long n) {
    if (rank == Rank.NEAREST) {
      return confidences.element(label, Math.min(n - 1, (long) Math.rint(quantile * n)));
    }
    double place = quantile * (n - 1);
    long below = (long) Math.floor(place);
    double lower = confidences.element(label, below);
    double upper = confidences.element(label, Math.min(n - 1, below + 1));
    return lower + (place - below) * (upper - lower);
  }

  /**
   * Returns the threshold of each class from the predictions of one batch, exactly.
   *
   * <p>One sort serves all classes: of 2·class + confidence, in double precision, from which the
   * confidence comes back unchanged.
   *
   * @param tf operations of the graph
   * @param predicted of any shape
   * @param classes K
   * @return [K]
   */
  public Operand<TFloat32> thresholds(Ops tf, HardLabels predicted, int classes) {
    Operand<TInt32> labels = tf.reshape(predicted.labels(), tf.constant(new int[] {-1}));
    Operand<TFloat64> confidences =
        tf.dtypes.cast(
            tf.reshape(predicted.confidence(), tf.constant(new int[] {-1})), TFloat64.class);
    Operand<TFloat64> keys =
        tf.math.add(
            tf.math.mul(tf.dtypes.cast(labels, TFloat64.class), tf.constant(2.0)), confidences);
    Operand<TInt32> pixels = tf.size(keys);
    Operand<TFloat64> sorted =
        tf.math.neg(tf.nn.topK(tf.math.neg(keys), pixels, TInt32.class).values());
    Operand<TFloat64> counts =
        tf.reduceSum(
            tf.oneHot(labels, tf.constant(classes), tf.constant(1.0), tf.constant(0.0)),
            tf.constant(0));
    Operand<TFloat64> starts = tf.math.cumsum(counts, tf.constant(0), Cumsum.exclusive(true));
    Operand<TFloat64> last = tf.math.sub(counts, tf.constant(1.0));
    Operand<TFloat64> value;
    if (rank == Rank.NEAREST) {
      Operand<TFloat64> place = tf.math.rint(tf.math.mul(counts, tf.constant(quantile)));
      value = element(tf, sorted, starts, tf.math.minimum(place, last));
    } else {
      Operand<TFloat64> place = tf.math.mul(last, tf.constant(quantile));
      Operand<TFloat64> below = tf.math.floor(place);
      Operand<TFloat64> lower = element(tf, sorted, starts, below);
      Operand<TFloat64> upper =
          element(tf, sorted, starts, tf.math.minimum(tf.math.add(below, tf.constant(1.0)), last));
      value = tf.math.add(lower, tf.math.mul(tf.math.sub(place, below), tf.math.sub(upper, lower)));
    }
    Operand<TFloat64> capped = tf.math.minimum(value, tf.constant(cap));
    Operand<TFloat64> threshold =
        tf.select(tf.math.greater(counts, tf.constant(0.0)), capped, tf.zerosLike(capped));
    return tf.dtypes.cast(threshold, TFloat32.class);
  }

  /** The confidences of rank {@code place} of every class; anything where a class has none. */
  private static Operand<TFloat64> element(
      Ops tf, Operand<TFloat64> sorted, Operand<TFloat64> starts, Operand<TFloat64> place) {
    Operand<TInt32> last = tf.math.sub(tf.size(sorted), tf.constant(1));
    Operand<TInt32> index = tf.dtypes.cast(tf.math.add(starts, place), TInt32.class);
    Operand<TInt32> inside = tf.math.minimum(tf.math.maximum(index, tf.constant(0)), last);
    Operand<TFloat64> keys = tf.gather(sorted, inside, tf.constant(0));
    Operand<TFloat64> label = tf.math.floor(tf.math.div(keys, tf.constant(2.0)));
    return tf.math.sub(keys, tf.math.mul(label, tf.constant(2.0)));
  }

  /**
   * Returns the predictions that are believed, and 255 for the others; no gradient passes.
   *
   * @param tf operations of the graph
   * @param predicted [N, H, W]
   * @param thresholds [K]
   * @return [N, H, W]
   */
  public Operand<TInt32> labels(Ops tf, HardLabels predicted, Operand<TFloat32> thresholds) {
    Operand<TFloat32> needed = tf.gather(thresholds, predicted.labels(), tf.constant(0));
    Operand<TBool> believed =
        comparison == Comparison.AT_LEAST
            ? tf.math.greaterEqual(predicted.confidence(), needed)
            : tf.math.greater(predicted.confidence(), needed);
    return tf.stopGradient(
        tf.select(
            believed,
            predicted.labels(),
            tf.fill(tf.shape(predicted.labels()), tf.constant(LabelSpace.IGNORE))));
  }
}
