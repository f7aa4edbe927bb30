package org.crossfade.core.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The most probable class of every pixel.
 *
 * @param labels [N, H, W], 0..K−1: every pixel has one
 * @param confidence the probability of that class, [N, H, W]
 */
public record HardLabels(Operand<TInt32> labels, Operand<TFloat32> confidence) {

  /**
   * Returns arg-max and max of softmax(up(z)).
   *
   * @param logits z, [N, h, w, K]
   * @param size height and width, [2], to which the logits are upsampled (bilinear, aligned
   *     corners)
   */
  public static HardLabels of(Ops tf, Operand<TFloat32> logits, Operand<TInt32> size) {
    Operand<TFloat32> probabilities = tf.nn.softmax(Resize.bilinear(tf, logits, size));
    return new HardLabels(
        tf.math.argMax(probabilities, tf.constant(3), TInt32.class),
        tf.max(probabilities, tf.constant(3)));
  }
}
