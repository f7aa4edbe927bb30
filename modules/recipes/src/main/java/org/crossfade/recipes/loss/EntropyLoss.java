package org.crossfade.recipes.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Direct entropy minimisation: Vu et al., «ADVENT», CVPR 2019, arXiv 1811.12833, MinEnt.
 *
 * <p>L = −1/(N·H·W·ln K) Σ p·ln(p + ε), p = softmax(z): the mean over all pixels of the entropy of
 * a prediction, in 0..1.
 *
 * @param epsilon ε, above 0; 1e-30 in the official code, where it keeps probabilities that
 *     underflow from giving NaN
 */
public record EntropyLoss(double epsilon) {
  /** The official code's ε. */
  public static final double PUBLISHED_EPSILON = 1e-30;

  /** The loss of the official code. */
  public EntropyLoss() {
    this(PUBLISHED_EPSILON);
  }

  /** Checks that ε is above what float32 can tell from 0. */
  public EntropyLoss {
    if (!(epsilon >= Float.MIN_NORMAL)) {
      throw new IllegalArgumentException("epsilon must be positive, found " + epsilon);
    }
  }

  /**
   * Returns the loss.
   *
   * @param logits z, [N, H, W, K]
   * @return scalar
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> logits) {
    int classes = (int) logits.shape().get(3);
    Operand<TFloat32> p = tf.nn.softmax(tf.reshape(logits, tf.constant(new int[] {-1, classes})));
    Operand<TFloat32> terms =
        tf.math.mul(p, tf.math.log(tf.math.add(p, tf.constant((float) epsilon))));
    Operand<TFloat32> entropy = tf.math.neg(tf.reduceSum(terms, tf.constant(1)));
    return tf.math.div(
        tf.math.mean(entropy, tf.constant(0)), tf.constant((float) Math.log(classes)));
  }
}
