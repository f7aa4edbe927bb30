package org.crossfade.metapix;

import org.crossfade.core.label.LabelSpace;
import org.crossfade.recipes.loss.PixelCrossEntropy;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * MetaPix's loss of source images (equations 1 and 8): L = 1/(N·H·W) Σ W·CE, CE = −log
 * softmax(z)_y.
 *
 * <p>The mean is over all pixels. Those without a label add 0 to the sum and count below the line,
 * so the loss shrinks by both W and the share of pixels that have a label.
 *
 * @param perPixel CE, [N, H, W], 0 where there is no label
 * @param loss L, scalar
 */
public record WeightedCrossEntropy(Operand<TFloat32> perPixel, Operand<TFloat32> loss) {
  /**
   * {@return the loss}
   *
   * @param tf operations of the graph
   * @param logits z, [N, h, w, K]; upsampled (bilinear, aligned corners) to the labels' size
   * @param labels y, [N, H, W], 0..K−1 or 255
   * @param weights W, [N, H, W]
   */
  public static WeightedCrossEntropy of(
      Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels, Operand<TFloat32> weights) {
    Operand<TFloat32> perPixel = new PixelCrossEntropy(LabelSpace.IGNORE).apply(tf, logits, labels);
    return new WeightedCrossEntropy(
        perPixel, tf.math.mean(tf.math.mul(weights, perPixel), tf.constant(new int[] {0, 1, 2})));
  }
}
