package org.crossfade.core.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/** PyTorch's instance normalisation without parameters and without running statistics. */
public final class InstanceNorm {
  private static final float EPSILON = 1e-5f;

  private InstanceNorm() {}

  /**
   * Returns (x − μ)/√(σ² + 1e-5), with mean and biased variance of each channel of each image.
   *
   * @param x [N, H, W, C]
   * @return the shape of {@code x}
   */
  public static Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    var pixels = tf.constant(new int[] {1, 2});
    Operand<TFloat32> mean = tf.math.mean(x, pixels, Mean.keepDims(true));
    Operand<TFloat32> centred = tf.math.sub(x, mean);
    Operand<TFloat32> variance = tf.math.mean(tf.math.square(centred), pixels, Mean.keepDims(true));
    return tf.math.mul(centred, tf.math.rsqrt(tf.math.add(variance, tf.constant(EPSILON))));
  }
}
