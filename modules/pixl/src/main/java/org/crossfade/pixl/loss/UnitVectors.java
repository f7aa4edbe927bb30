package org.crossfade.pixl.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/** Vectors of length 1. */
final class UnitVectors {
  private static final float SMALLEST_LENGTH = 1e-12f;

  private UnitVectors() {}

  /**
   * Returns x/max(‖x‖₂, 1e-12) of each row. The zero vector stays, with the derivative 0: features
   * behind a rectifier may be zero throughout.
   *
   * @param rows [n, D]
   */
  static Operand<TFloat32> of(Ops tf, Operand<TFloat32> rows) {
    Operand<TFloat32> squares =
        tf.reduceSum(tf.math.square(rows), tf.constant(1), ReduceSum.keepDims(true));
    Operand<TBool> any = tf.math.greater(squares, tf.constant(0f));
    Operand<TFloat32> length =
        tf.math.maximum(
            tf.math.sqrt(tf.select(any, squares, tf.constant(1f))), tf.constant(SMALLEST_LENGTH));
    return tf.math.mul(tf.math.div(rows, length), tf.dtypes.cast(any, TFloat32.class));
  }
}
