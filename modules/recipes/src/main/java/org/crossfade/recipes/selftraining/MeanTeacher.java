package org.crossfade.recipes.selftraining;

import org.crossfade.autodiff.Parameters;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;

/**
 * A teacher whose parameters follow the student's: φ ← α_t·φ + (1 − α_t)·θ with α_t = min(1 − 1/(t
 * + 1), α), t from 0. At t = 0 that copies the student. Source: {@code DACS._update_ema} of
 * DAFormer and HRDA.
 *
 * <p>Parameters only: running statistics of batch norm are neither copied nor averaged, so the
 * teacher has to normalise by its batch.
 *
 * @param alpha the cap α, 0..1, 1 excluded: 0.999 in DAFormer and HRDA, 0.99 in DACS
 */
public record MeanTeacher(double alpha) {
  /** Checks the range. */
  public MeanTeacher {
    if (!(alpha >= 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha must lie in 0..1, 1 excluded, found " + alpha);
    }
  }

  /**
   * Returns α_t.
   *
   * @param iteration t, scalar
   */
  public Operand<TFloat64> rate(Ops tf, Operand<TInt64> iteration) {
    Operand<TFloat64> next =
        tf.math.add(tf.dtypes.cast(iteration, TFloat64.class), tf.constant(1.0));
    return tf.math.minimum(
        tf.math.sub(tf.constant(1.0), tf.math.reciprocal(next)), tf.constant(alpha));
  }

  /**
   * Returns the teacher of this iteration, which is also what its variables become.
   *
   * @param rate α_t, scalar
   * @param teacher φ after the iteration before
   * @param student θ after the iteration before, by the same names
   */
  public Parameters next(Ops tf, Operand<TFloat64> rate, Parameters teacher, Parameters student) {
    Operand<TFloat32> keep = tf.dtypes.cast(rate, TFloat32.class);
    Operand<TFloat32> take = tf.dtypes.cast(tf.math.sub(tf.constant(1.0), rate), TFloat32.class);
    return teacher.map(
        (name, old) -> tf.math.add(tf.math.mul(old, keep), tf.math.mul(student.get(name), take)));
  }
}
