package org.crossfade.core.nn;

import java.util.Arrays;
import org.crossfade.core.graph.Forward;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * Stochastic depth, or drop path: in training a residual branch is left out for whole samples, and
 * grows by 1/(1 − rate) for the others. Source: {@code drop_path} of timm 0.3.2.
 *
 * @param rate probability of being left out, in 0..1, 1 excluded
 */
public record StochasticDepth(double rate) {

  /** Checks the range. */
  public StochasticDepth {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("the rate of drop path must lie in 0..1, found " + rate);
    }
  }

  /**
   * Returns what is left of a residual branch; {@code branch} itself unless in training.
   *
   * @param layer makes the draws of one pass independent of each other
   * @param branch [N, ...], of known rank
   */
  public Operand<TFloat32> apply(Forward forward, String layer, Operand<TFloat32> branch) {
    if (!forward.isTraining() || rate == 0) {
      return branch;
    }
    Ops tf = forward.tf();
    long[] shape = new long[branch.shape().numDimensions()];
    Arrays.fill(shape, 1);
    shape[0] = branch.shape().get(0);
    Operand<TBool> kept =
        tf.math.greaterEqual(
            Draws.uniform(forward, shape, forward.seed("drop-path." + layer)),
            tf.constant((float) rate));
    return tf.math.mul(
        branch,
        tf.math.mul(tf.dtypes.cast(kept, TFloat32.class), tf.constant((float) (1 / (1 - rate)))));
  }
}
