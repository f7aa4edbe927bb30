package org.crossfade.recipes.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What becomes of a loss's many values. */
public enum Reduction {
  /** Their mean: what the official codes compute. */
  MEAN,
  /** Their sum: how the papers' equations are written. */
  SUM;

  /**
   * Returns the mean or the sum.
   *
   * @param values [n]
   * @return scalar
   */
  public Operand<TFloat32> of(Ops tf, Operand<TFloat32> values) {
    return this == SUM
        ? tf.reduceSum(values, tf.constant(0))
        : tf.math.mean(values, tf.constant(0));
  }
}
