package org.crossfade.core.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Rectifiers that TensorFlow has in a form that can't be used here. */
public final class Rectifier {
  private Rectifier() {}

  /**
   * Returns max(slope·x, x), PyTorch's {@code leaky_relu}: x where it is positive, slope·x
   * elsewhere. The gradient at 0 is {@code slope}, as PyTorch's.
   *
   * <p>TensorFlow 2.18 has an operation for it, but its graph optimizer breaks on a convolution
   * with bias in front of a differentiated one («remapper failed»), and then optimizes no
   * convolution of the graph.
   *
   * @param x any shape
   * @param slope above 0 and below 1
   * @return of the same shape
   */
  public static Operand<TFloat32> leaky(Ops tf, Operand<TFloat32> x, float slope) {
    if (!(slope > 0 && slope < 1)) {
      throw new IllegalArgumentException("the slope must lie in 0..1, found " + slope);
    }
    // In a tie the gradient belongs to the first operand.
    return tf.math.maximum(tf.math.mul(x, tf.constant(slope)), x);
  }
}
