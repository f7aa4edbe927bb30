package org.crossfade.fada.loss;

import org.crossfade.core.method.Domain;
import org.crossfade.core.nn.Resize;
import org.crossfade.recipes.loss.Reduction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Cross entropy between class-wise domain labels and a discriminator's joint distribution over
 * domains and classes (FADA, equations 5 and 6).
 *
 * <p>With l = log-softmax over all 2K' channels of the upsampled discriminator logits, H(a, half) =
 * −Σ_k a_k·l_(half·K' + k), over <em>all</em> pixels: nothing is ignored, source pixels without
 * ground truth take part.
 *
 * @param reduction the mean over pixels (official code) or the sum (the paper's equations)
 */
public record FineGrainedDomainLoss(Reduction reduction) {

  /**
   * Returns H of each image.
   *
   * @param tf operations of the graph
   * @param discriminatorLogits [N, h, w, 2K'], the source half first; upsampled (bilinear, aligned
   *     corners) as logits
   * @param labels a, [N, H, W, K']
   * @param half which half of the channels should answer for the pixels
   * @return [N]
   */
  public Operand<TFloat32> perImage(
      Ops tf, Operand<TFloat32> discriminatorLogits, Operand<TFloat32> labels, Domain half) {
    int images = (int) labels.shape().get(0);
    int height = (int) labels.shape().get(1);
    int width = (int) labels.shape().get(2);
    int channels = (int) labels.shape().get(3);
    if (discriminatorLogits.shape().get(3) != 2L * channels) {
      throw new IllegalArgumentException(
          "labels of "
              + channels
              + " channels need a discriminator of twice as many, found "
              + discriminatorLogits.shape());
    }
    Operand<TFloat32> up = Resize.bilinear(tf, discriminatorLogits, height, width);
    // Two dimensions: the native gradient of log-softmax sums over the second one.
    Operand<TFloat32> log =
        tf.nn.logSoftmax(tf.reshape(up, tf.constant(new int[] {-1, 2 * channels})));
    int first = half == Domain.SOURCE ? 0 : channels;
    Operand<TFloat32> ours =
        tf.slice(log, tf.constant(new int[] {0, first}), tf.constant(new int[] {-1, channels}));
    Operand<TFloat32> product =
        tf.math.mul(tf.reshape(labels, tf.constant(new int[] {-1, channels})), ours);
    Operand<TFloat32> sum =
        tf.reduceSum(tf.reshape(product, tf.constant(new int[] {images, -1})), tf.constant(1));
    float pixels = (float) height * width;
    return tf.math.mul(sum, tf.constant(reduction == Reduction.SUM ? -1f : -1f / pixels));
  }

  /**
   * Returns H over all images: the mean over N·H·W pixels, or the sum.
   *
   * @param tf operations of the graph
   * @param discriminatorLogits [N, h, w, 2K'], the source half first
   * @param labels a, [N, H, W, K']
   * @param half which half of the channels should answer for the pixels
   * @return scalar
   */
  public Operand<TFloat32> apply(
      Ops tf, Operand<TFloat32> discriminatorLogits, Operand<TFloat32> labels, Domain half) {
    return reduction.of(tf, perImage(tf, discriminatorLogits, labels, half));
  }
}
