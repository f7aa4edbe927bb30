package org.crossfade.core.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The Gaussian error linear unit, exact: PyTorch's default, not the approximation by tanh. */
public final class Gelu {
  private Gelu() {}

  /** Returns x·Φ(x), Φ(x) = (1 + erf(x/√2))/2 the normal distribution function. */
  public static Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> erf = tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))));
    Operand<TFloat32> phi = tf.math.add(tf.math.mul(erf, tf.constant(0.5f)), tf.constant(0.5f));
    return tf.math.mul(x, phi);
  }
}
