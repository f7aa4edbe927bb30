package org.crossfade.pixl.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;

/**
 * The share η of pixels that drift: η_t = start + (end − start)·t/T, which stays at its end behind
 * T.
 *
 * @param start at t = 0, in 0..1
 * @param end at t = T, in 0..1
 * @param horizon T, at least 1
 */
public record DriftSchedule(double start, double end, long horizon) {
  /**
   * Checks the ranges.
   *
   * @param start at t = 0, in 0..1
   * @param end at t = T, in 0..1
   * @param horizon T, at least 1
   */
  public DriftSchedule {
    if (!(start >= 0 && start <= 1 && end >= 0 && end <= 1) || horizon < 1) {
      throw new IllegalArgumentException(
          "start and end must lie in 0..1 and horizon be at least 1, found "
              + start
              + ", "
              + end
              + " and "
              + horizon);
    }
  }

  /**
   * {@return η_t}
   *
   * @param tf operations of the graph
   * @param iteration t, of any shape
   */
  public Operand<TFloat64> at(Ops tf, Operand<TInt64> iteration) {
    Operand<TFloat64> done =
        tf.math.div(
            tf.dtypes.cast(tf.math.minimum(iteration, tf.constant(horizon)), TFloat64.class),
            tf.constant((double) horizon));
    return tf.math.add(tf.constant(start), tf.math.mul(done, tf.constant(end - start)));
  }
}
