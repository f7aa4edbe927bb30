package org.crossfade.core.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** PyTorch's leaky rectifier. */
public final class LeakyRectifier {
  private LeakyRectifier() {}

  /**
   * Returns x where x &gt; 0 and slope·x elsewhere; the derivative at 0 is the slope, as in
   * PyTorch.
   *
   * <p>TensorFlow's own operation is not used: on CPUs its graph optimizer fuses it with the
   * convolution in front although the gradient still reads what lies between, and then reports that
   * the optimization failed.
   *
   * @param x of any shape
   * @param slope of the negative side
   * @return the shape of {@code x}
   */
  public static Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x, float slope) {
    return tf.select(tf.math.greater(x, tf.constant(0f)), x, tf.math.mul(x, tf.constant(slope)));
  }
}
