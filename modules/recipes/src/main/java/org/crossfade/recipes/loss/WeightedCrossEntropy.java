package org.crossfade.recipes.loss;

import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.nn.Resize;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The cross entropy of mmsegmentation, which DAFormer and HRDA train with: Σ w·(−log softmax(z)_y)
 * over the labelled pixels, divided by the number of <em>all</em> pixels N·H·W, ignored and
 * weightless ones too. Source: {@code losses/cross_entropy_loss.py} and {@code losses/utils.py}.
 *
 * <p>Departure from {@link SegmentationCrossEntropy}, which divides by the number of labelled
 * pixels: an image without labels halves the value of a batch of two here.
 */
public final class WeightedCrossEntropy {
  private static final PixelCrossEntropy PIXELS = new PixelCrossEntropy(LabelSpace.IGNORE);

  private WeightedCrossEntropy() {}

  /**
   * Returns the loss of pixels that all weigh 1.
   *
   * @param logits z, [N, h, w, K]; upsampled (bilinear, half-pixel centres) to the labels' size
   * @param labels y, [N, H, W], 255 where there is none
   * @return scalar
   */
  public static Operand<TFloat32> of(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    return mean(tf, perPixel(tf, logits, labels));
  }

  /**
   * Returns the loss of weighted pixels.
   *
   * @param logits z, [N, h, w, K]; upsampled (bilinear, half-pixel centres) to the labels' size
   * @param labels y, [N, H, W], 255 where there is none
   * @param weights w, [N, H, W]; no gradient flows into them
   * @return scalar
   */
  public static Operand<TFloat32> of(
      Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels, Operand<TFloat32> weights) {
    return mean(tf, tf.math.mul(perPixel(tf, logits, labels), tf.stopGradient(weights)));
  }

  private static Operand<TFloat32> perPixel(
      Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    int height = (int) labels.shape().get(1);
    int width = (int) labels.shape().get(2);
    // Labels may be a network's own; without this the tape would look for the arg-max's gradient.
    return PIXELS.apply(
        tf, Resize.bilinearHalfPixel(tf, logits, height, width), tf.stopGradient(labels));
  }

  private static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> values) {
    return tf.math.mean(values, tf.constant(new int[] {0, 1, 2}));
  }
}
