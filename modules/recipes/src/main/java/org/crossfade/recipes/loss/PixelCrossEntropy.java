package org.crossfade.recipes.loss;

import org.crossfade.core.nn.Resize;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The cross entropy of every pixel, −log softmax(z)_y, not clipped, and 0 where there is no label.
 *
 * @param ignore the id of pixels without a label
 */
public record PixelCrossEntropy(int ignore) {

  /**
   * Returns the map.
   *
   * @param logits z, [N, h, w, K]; upsampled (bilinear, aligned corners) to the labels' size
   * @param labels y, [N, H, W], 0..K−1 or the ignore id
   * @return [N, H, W]
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    int height = (int) labels.shape().get(1);
    int width = (int) labels.shape().get(2);
    Operand<TFloat32> z = Resize.bilinear(tf, logits, height, width);
    Operand<TFloat32> flat =
        tf.nn
            .sparseSoftmaxCrossEntropyWithLogits(
                tf.reshape(z, tf.constant(new int[] {-1, (int) z.shape().get(3)})),
                tf.reshape(classes(tf, labels), tf.constant(new int[] {-1})))
            .loss();
    return tf.math.mul(
        tf.reshape(flat, tf.constant(new int[] {-1, height, width})), mask(tf, labels, z.type()));
  }

  /**
   * Returns 1 where there is a label and 0 elsewhere, [N, H, W].
   *
   * @param type of the values that are masked: tests differentiate in double precision
   */
  Operand<TFloat32> mask(Ops tf, Operand<TInt32> labels, Class<TFloat32> type) {
    return tf.dtypes.cast(labelled(tf, labels), type);
  }

  /** Returns the labels with class 0 where there is none: kernels refuse ids out of range. */
  Operand<TInt32> classes(Ops tf, Operand<TInt32> labels) {
    return tf.select(labelled(tf, labels), labels, tf.zerosLike(labels));
  }

  private Operand<TBool> labelled(Ops tf, Operand<TInt32> labels) {
    return tf.math.notEqual(labels, tf.constant(ignore));
  }
}
