package org.crossfade.recipes.selftraining;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * What a teacher says about unlabelled images. Source: {@code DACS.forward_train} of DAFormer and
 * HRDA.
 *
 * @param labels the most probable class of every pixel, [N, H, W]; none is ignored
 * @param confidentShare q: the share of the whole batch's pixels whose probability is at least the
 *     threshold, counted before any masking; scalar, double precision
 */
public record PseudoLabels(Operand<TInt32> labels, Operand<TFloat64> confidentShare) {

  /**
   * Returns the labels of a teacher's answer, without gradient.
   *
   * @param logits at the images' size, [N, H, W, K]
   * @param threshold of a confident pixel's probability, 0..1
   */
  public static PseudoLabels of(Ops tf, Operand<TFloat32> logits, double threshold) {
    Operand<TFloat32> probabilities = tf.nn.softmax(tf.stopGradient(logits));
    Operand<TFloat32> largest = tf.max(probabilities, tf.constant(3));
    Operand<TFloat64> confident =
        tf.dtypes.cast(
            tf.math.greaterEqual(largest, tf.constant((float) threshold)), TFloat64.class);
    return new PseudoLabels(
        tf.math.argMax(probabilities, tf.constant(3), TInt32.class),
        tf.math.mean(confident, tf.constant(new int[] {0, 1, 2})));
  }

  /**
   * Returns the weight of every pixel: q where the image is trusted.
   *
   * @param trusted 1, and 0 in margins where labels are known to be bad, [N, H, W]
   * @return [N, H, W]
   */
  public Operand<TFloat32> weights(Ops tf, Operand<TFloat32> trusted) {
    return tf.math.mul(trusted, tf.dtypes.cast(confidentShare, TFloat32.class));
  }

  /**
   * Returns which pixels lie outside rows that are never trusted, DAFormer's way of leaving out the
   * bonnet and the sky's border in crops as high as the image.
   *
   * @param shape N, H and W
   * @param top rows above, at least 0
   * @param bottom rows below, at least 0
   * @return 1 or 0, [N, H, W]
   */
  public static Operand<TFloat32> trustedRows(Ops tf, long[] shape, int top, int bottom) {
    Operand<TInt32> rows = tf.range(tf.constant(0), tf.constant((int) shape[1]), tf.constant(1));
    Operand<TFloat32> trusted =
        tf.dtypes.cast(
            tf.math.logicalAnd(
                tf.math.greaterEqual(rows, tf.constant(top)),
                tf.math.less(rows, tf.constant((int) shape[1] - bottom))),
            TFloat32.class);
    return tf.math.mul(
        tf.fill(tf.constant(new long[] {shape[0], shape[1], shape[2]}), tf.constant(1f)),
        tf.reshape(trusted, tf.constant(new int[] {1, -1, 1})));
  }
}
