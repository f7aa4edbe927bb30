package org.crossfade.recipes.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A binary discriminator's loss against one domain label for the whole map (AdaptSegNet). */
public enum DomainLoss {
  /** Binary cross entropy with logits. */
  VANILLA,
  /** Squared error on the raw output. */
  LEAST_SQUARES;

  /** The label that official codes give the source domain. */
  public static final float SOURCE = 0f;

  /** The label that official codes give the target domain. */
  public static final float TARGET = 1f;

  /**
   * Returns the mean over all cells.
   *
   * @param output of the discriminator, [N, h, w, 1]
   * @param domain {@link #SOURCE} or {@link #TARGET}
   * @return scalar
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> output, float domain) {
    Operand<TFloat32> flat = tf.reshape(output, tf.constant(new int[] {-1}));
    if (this == LEAST_SQUARES) {
      return tf.math.mean(tf.math.square(tf.math.sub(flat, tf.constant(domain))), tf.constant(0));
    }
    // softplus(x) − y·x, the stable form of binary cross entropy.
    return tf.math.mean(
        tf.math.sub(tf.math.softplus(flat), tf.math.mul(flat, tf.constant(domain))),
        tf.constant(0));
  }
}
