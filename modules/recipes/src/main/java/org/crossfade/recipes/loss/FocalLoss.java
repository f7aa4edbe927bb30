package org.crossfade.recipes.loss;

import com.google.common.primitives.Floats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Focal loss of a segmentation (Lin et al., ICCV 2017; PixDA's equation 1): −α_y·(1 − q)^γ·ln q,
 * with q = softmax(z)_y + ε, over the pixels that have a label.
 *
 * <p>Where p_y is nearly 1, q exceeds 1 and such a pixel's loss lies within ε² of 0, on either
 * side; a fractional power takes 0 there.
 *
 * @param ignore the id of pixels without a label
 * @param groups groups of images that are averaged on their own, as in {@link
 *     SegmentationCrossEntropy}
 * @param reduction what becomes of the pixels of a group, and of the groups
 * @param alpha α, one positive number a class; empty is 1 for all
 * @param gamma γ, at least 0; 0 is cross entropy
 * @param epsilon ε, at least 0: 1e-6 in PixDA's code, 0 in the equation
 */
public record FocalLoss(
    int ignore, int groups, Reduction reduction, List<Double> alpha, double gamma, double epsilon)
    implements SegmentationLoss {
  /** Bases of fractional powers are at least this, so that their derivative stays finite. */
  private static final float SMALLEST_BASE = 1e-12f;

  /** Checks the ranges and copies the list. */
  public FocalLoss {
    new ImageGroups(groups, reduction);
    alpha = List.copyOf(alpha);
    if (alpha.stream().anyMatch(a -> !(a > 0))) {
      throw new IllegalArgumentException("alpha must be positive, found " + alpha);
    }
    if (!(gamma >= 0 && epsilon >= 0)) {
      throw new IllegalArgumentException(
          "gamma and epsilon must be at least 0, found " + gamma + " and " + epsilon);
    }
  }

  /**
   * Returns PixDA's α: {@code alpha} for one class and 1 − {@code alpha} for all others.
   *
   * @param classes K
   * @param alpha of the class that is common, 0..1
   * @param balanceClass its id
   */
  public static List<Double> balanced(int classes, double alpha, int balanceClass) {
    if (balanceClass < 0 || balanceClass >= classes) {
      throw new IllegalArgumentException(
          "the balance class must be one of 0.." + (classes - 1) + ", found " + balanceClass);
    }
    var values = new ArrayList<>(Collections.nCopies(classes, 1 - alpha));
    values.set(balanceClass, alpha);
    return List.copyOf(values);
  }

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    int classes = (int) logits.shape().get(3);
    if (!alpha.isEmpty() && alpha.size() != classes) {
      throw new IllegalArgumentException(
          "alpha needs one number for each of the " + classes + " classes, found " + alpha);
    }
    var pixels = new PixelCrossEntropy(ignore);
    Operand<TFloat32> mask = pixels.mask(tf, labels, logits.type());
    Operand<TFloat32> loss = focal(tf, pixels.apply(tf, logits, labels));
    if (!alpha.isEmpty()) {
      Operand<TFloat32> weights = tf.constant(Floats.toArray(alpha));
      loss = tf.math.mul(loss, tf.gather(weights, pixels.classes(tf, labels), tf.constant(0)));
    }
    Operand<TFloat32> perGroup =
        new ImageGroups(groups, reduction).reduce(tf, tf.math.mul(loss, mask), mask);
    return reduction.of(tf, perGroup);
  }

  /**
   * Returns −(1 − q)^γ·ln q.
   *
   * @param crossEntropy −ln p, [N, H, W]
   */
  private Operand<TFloat32> focal(Ops tf, Operand<TFloat32> crossEntropy) {
    Operand<TFloat32> q = tf.math.exp(tf.math.neg(crossEntropy));
    Operand<TFloat32> negativeLog = crossEntropy;
    if (epsilon > 0) {
      q = tf.math.add(q, tf.constant((float) epsilon));
      negativeLog = tf.math.neg(tf.math.log(q));
    }
    if (gamma == 0) {
      return negativeLog;
    }
    Operand<TFloat32> base = tf.math.sub(tf.constant(1f), q);
    return tf.math.mul(power(tf, base), negativeLog);
  }

  private Operand<TFloat32> power(Ops tf, Operand<TFloat32> base) {
    if (gamma == 1) {
      return base;
    }
    if (gamma == 2) {
      return tf.math.square(base);
    }
    return tf.math.pow(
        tf.math.maximum(base, tf.constant(SMALLEST_BASE)), tf.constant((float) gamma));
  }
}
