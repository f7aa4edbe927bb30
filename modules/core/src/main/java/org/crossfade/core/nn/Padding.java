package org.crossfade.core.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** Zeros around images. */
public final class Padding {
  private Padding() {}

  /**
   * Returns {@code x} with zeros around it.
   *
   * @param x [N, H, W, C]
   * @param before rows above and columns to the left
   * @param after rows below and columns to the right
   */
  public static <T extends TNumber> Operand<T> zeros(Ops tf, Operand<T> x, int before, int after) {
    return tf.pad(
        x,
        tf.constant(new int[][] {{0, 0}, {before, after}, {before, after}, {0, 0}}),
        tf.dtypes.cast(tf.constant(0f), x.type()));
  }
}
