package org.crossfade.spcl.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * How prototypes follow the features of the current source images: μ_c ← α·μ_c + (1 − α)·m_c.
 * Equation 3 of SPCL; the official code averages directions where the paper averages features.
 *
 * @param alpha α in 0..1; 1 keeps the prototypes as they are
 * @param normaliseFeatures whether m_c is the mean of directions (code) or of features (paper)
 * @param absentClasses what becomes of a class without a cell
 */
public record PrototypeUpdate(
    double alpha, boolean normaliseFeatures, AbsentClasses absentClasses) {
  /** What becomes of the prototype of a class that the images do not show. */
  public enum AbsentClasses {
    /** m_c = 0, so that the prototype shrinks by α: official code. */
    DECAY,
    /** The prototype stays; the paper's equation is undefined there. */
    KEEP
  }

  /**
   * Checks the range.
   *
   * @param alpha α in 0..1; 1 keeps the prototypes as they are
   * @param normaliseFeatures whether m_c is the mean of directions (code) or of features (paper)
   * @param absentClasses what becomes of a class without a cell
   */
  public PrototypeUpdate {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha must lie in 0..1, found " + alpha);
    }
  }

  /**
   * Returns the prototypes after the update; no gradient passes.
   *
   * @param tf operations of the graph
   * @param prototypes one bank a process, [P, C, K]
   * @param means means of the features that the processes see
   * @return [P, C, K]
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> prototypes, ClassMeans means) {
    Operand<TFloat32> moved =
        tf.math.add(
            tf.math.mul(prototypes, tf.constant((float) alpha)),
            tf.math.mul(means.means(), tf.constant((float) (1 - alpha))));
    if (absentClasses == AbsentClasses.KEEP) {
      Operand<TFloat32> absent = tf.math.sub(tf.constant(1f), means.present());
      moved = tf.math.add(tf.math.mul(moved, means.present()), tf.math.mul(prototypes, absent));
    }
    return tf.stopGradient(moved);
  }
}
