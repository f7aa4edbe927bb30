package org.crossfade.pixda;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** How an image-wise discriminator, whose logits are positive for the target, scores an image. */
public enum DomainScore {
  /** Cross entropy against the label of the source, softplus: high where an image looks real. */
  SOURCE_CROSS_ENTROPY,
  /** Probability of the source, the paper's D_g: low where an image looks real. */
  SOURCE_PROBABILITY;

  /**
   * Returns the mean over each image's map.
   *
   * @param tf operations of the graph
   * @param output logits, [N, h, w, 1]
   * @return [N]
   */
  public Operand<TFloat32> of(Ops tf, Operand<TFloat32> output) {
    Operand<TFloat32> cells =
        tf.reshape(output, tf.constant(new long[] {output.shape().get(0), -1}));
    Operand<TFloat32> values =
        this == SOURCE_CROSS_ENTROPY
            ? tf.math.softplus(cells)
            : tf.math.sigmoid(tf.math.neg(cells));
    return tf.math.mean(values, tf.constant(1));
  }
}
