package org.crossfade.pixda.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * PixDA's B, equation 5: how rare a pixel's class is in its own image, B_i = 1 − n(y_i)/(H·W), n(c)
 * the number of the image's pixels of class c. The ignored label counts as a class, as in the
 * official code.
 */
public final class ImbalanceMap {
  /** Labels are bytes. */
  private static final int IDS = 256;

  private ImbalanceMap() {}

  /**
   * Returns B.
   *
   * @param tf operations of the graph
   * @param labels [N, H, W], 0..255
   * @return [N, H, W], 0..1 (1 excluded), without gradient
   */
  public static Operand<TFloat32> of(Ops tf, Operand<TInt32> labels) {
    long[] shape = labels.shape().asArray();
    long pixels = shape[1] * shape[2];
    Operand<TInt32> rows = tf.reshape(labels, tf.constant(new long[] {shape[0], pixels}));
    Operand<TFloat32> none = tf.constant(new float[0]);
    Operand<TFloat32> counts = tf.math.denseBincount(rows, tf.constant(IDS), none);
    Operand<TFloat32> shares = tf.math.div(counts, tf.constant((float) pixels));
    Operand<TFloat32> rarity = tf.math.sub(tf.constant(1f), shares);
    return tf.reshape(
        tf.gather(rarity, rows, tf.constant(1), Gather.batchDims(1L)), tf.constant(shape));
  }
}
