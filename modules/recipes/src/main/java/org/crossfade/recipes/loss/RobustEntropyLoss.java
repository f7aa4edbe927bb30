package org.crossfade.recipes.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * FDA's robust entropy: Yang, Soatto, «FDA: Fourier Domain Adaptation for Semantic Segmentation»,
 * CVPR 2020, arXiv 2004.05498, its Charbonnier penalty on the entropy of predictions.
 *
 * <p>L = mean over all pixels of ((h/ν)² + ε)^η, h = −Σ p·ln p, p = softmax(z).
 *
 * @param normaliser ν, above 0; 2.9444 in the official code, ln 19 rounded
 * @param epsilon ε, above 0; 1e-8 in the official code
 * @param eta η, above 0; 2 in MetaPix's copy
 */
public record RobustEntropyLoss(double normaliser, double epsilon, double eta) {
  /** Checks the ranges. */
  public RobustEntropyLoss {
    if (!(normaliser > 0 && epsilon > 0 && eta > 0)) {
      throw new IllegalArgumentException(
          "normaliser, epsilon and eta must be positive, found "
              + normaliser
              + ", "
              + epsilon
              + " and "
              + eta);
    }
  }

  /** The loss of the official code. */
  public static RobustEntropyLoss published(double eta) {
    return new RobustEntropyLoss(2.9444, 1e-8, eta);
  }

  /**
   * Returns the loss.
   *
   * @param logits z, [N, H, W, K]
   * @return scalar
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> logits) {
    int classes = (int) logits.shape().get(3);
    Operand<TFloat32> rows = tf.reshape(logits, tf.constant(new int[] {-1, classes}));
    Operand<TFloat32> h =
        tf.math.neg(
            tf.reduceSum(tf.math.mul(tf.nn.softmax(rows), tf.nn.logSoftmax(rows)), tf.constant(1)));
    Operand<TFloat32> x = tf.math.div(h, tf.constant((float) normaliser));
    return tf.math.mean(
        tf.math.pow(
            tf.math.add(tf.math.square(x), tf.constant((float) epsilon)), tf.constant((float) eta)),
        tf.constant(0));
  }
}
