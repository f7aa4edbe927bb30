package org.crossfade.recipes;

import org.crossfade.core.nn.Resize;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Logits at the size of what the network was asked about, and softened there: up(z)/T. */
public final class Upsampling {
  private Upsampling() {}

  /**
   * Returns up(z): bilinear, with aligned corners.
   *
   * @param logits z, [N, h, w, K]
   * @param like images or labels, [N, H, W, ...]
   * @return [N, H, W, K]
   */
  public static Operand<TFloat32> toSizeOf(Ops tf, Operand<TFloat32> logits, Operand<?> like) {
    return Resize.bilinear(tf, logits, (int) like.shape().get(1), (int) like.shape().get(2));
  }

  /**
   * Returns z/T; the temperature acts after upsampling in all official codes.
   *
   * @param upsampled z, of any shape
   * @param temperature T, above 0
   */
  public static Operand<TFloat32> softened(
      Ops tf, Operand<TFloat32> upsampled, double temperature) {
    return temperature == 1 ? upsampled : tf.math.div(upsampled, tf.constant((float) temperature));
  }
}
