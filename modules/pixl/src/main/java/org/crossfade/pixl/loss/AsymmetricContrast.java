package org.crossfade.pixl.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Drift positions against prototypes (PiXL, equations 1, 11 and 12): L_t = −ln(exp(f_t·p_k/τ)/Σ_c
 * exp(f_t·p_c/τ)), k the position's class and c the classes that have a prototype, and L_DPA its
 * mean over the drift positions whose class has one. Prototypes receive no gradient: only drift
 * features move.
 *
 * <p>Departure: without such a position the loss is 0.
 *
 * @param temperature τ, above 0
 * @param normalized whether features have length 1; the gradient flows through the scaling
 * @param weighted whether each L_t is multiplied by its pixel's weight; the paper's is not
 */
public record AsymmetricContrast(double temperature, boolean normalized, boolean weighted) {
  /** Added to the similarities with classes that have no prototype: their exponential is 0. */
  private static final float ABSENT = -1e9f;

  /**
   * Checks the range.
   *
   * @param temperature τ, above 0
   * @param normalized whether features have length 1; the gradient flows through the scaling
   * @param weighted whether each L_t is multiplied by its pixel's weight; the paper's is not
   */
  public AsymmetricContrast {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("temperature must be positive, found " + temperature);
    }
  }

  /**
   * The loss and what it is a mean of.
   *
   * @param loss scalar
   * @param count drift positions with a prototype, scalar
   */
  public record Answer(Operand<TFloat32> loss, Operand<TInt32> count) {}

  /**
   * {@return L_DPA}
   *
   * @param tf operations of the graph
   * @param pixels of all images that share prototypes, both resolutions
   * @param prototypes of the C classes; no gradient reaches them
   */
  public Answer apply(Ops tf, PixelFeatures pixels, LocalPrototypes prototypes) {
    int classes = (int) prototypes.vectors().shape().get(0);
    Operand<TFloat32> exist = tf.dtypes.cast(prototypes.exist(tf), TFloat32.class);
    Operand<TFloat32> absent =
        tf.math.mul(tf.math.sub(tf.constant(1f), exist), tf.constant(ABSENT));
    Operand<TFloat32> rows = normalized ? UnitVectors.of(tf, pixels.features()) : pixels.features();
    Operand<TFloat32> similarities =
        tf.math.add(
            tf.math.mul(
                tf.linalg.matMul(
                    rows, tf.stopGradient(prototypes.vectors()), MatMul.transposeB(true)),
                tf.constant((float) (1 / temperature))),
            absent);
    Operand<TFloat32> drift = pixels.in(tf, PixelPartition.DRIFT);
    // A position without a label takes no part, but the kernel wants a class.
    Operand<TInt32> safe =
        tf.select(
            tf.math.less(pixels.labels(), tf.constant(classes)),
            pixels.labels(),
            tf.zerosLike(pixels.labels()));
    Operand<TFloat32> target = tf.math.mul(drift, tf.gather(exist, safe, tf.constant(0)));
    Operand<TInt32> positive =
        tf.select(tf.math.greater(target, tf.constant(0f)), safe, firstExisting(tf, exist, safe));
    Operand<TFloat32> each =
        tf.nn.sparseSoftmaxCrossEntropyWithLogits(similarities, tf.stopGradient(positive)).loss();
    Operand<TFloat32> weight = weighted ? tf.math.mul(target, pixels.weights()) : target;
    return new Answer(
        tf.math.divNoNan(
            tf.reduceSum(tf.math.mul(each, tf.stopGradient(weight)), tf.constant(0)),
            tf.stopGradient(tf.reduceSum(target, tf.constant(0)))),
        tf.dtypes.cast(tf.reduceSum(target, tf.constant(0)), TInt32.class));
  }

  /** A class whose similarity is of ordinary size, for positions that weigh nothing. */
  private static Operand<TInt32> firstExisting(
      Ops tf, Operand<TFloat32> exist, Operand<TInt32> like) {
    return tf.math.add(tf.zerosLike(like), tf.math.argMax(exist, tf.constant(0), TInt32.class));
  }
}
