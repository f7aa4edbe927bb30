package org.crossfade.core.loss;

import org.crossfade.core.nn.Resize;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Cross entropy of a segmentation: −log softmax(z)_y, over the pixels that have a label.
 *
 * @param ignore the id of pixels without a label
 * @param groups the images are split in order into this many groups, each is averaged over its own
 *     labelled pixels, and the groups' means are averaged. 1 is one mean over all labelled pixels;
 *     the number of images is what the official codes' training computes with one image a process
 * @param reduction what becomes of the pixels of a group, and of the groups
 */
public record SegmentationCrossEntropy(int ignore, int groups, Reduction reduction) {

  /** Means, as all official codes compute them. */
  public SegmentationCrossEntropy(int ignore, int groups) {
    this(ignore, groups, Reduction.MEAN);
  }

  /** Checks the number of groups. */
  public SegmentationCrossEntropy {
    if (groups < 1) {
      throw new IllegalArgumentException("groups must be positive, not " + groups);
    }
  }

  /**
   * Returns the mean over groups, or the sum.
   *
   * @param logits [N, h, w, K]; upsampled (bilinear, aligned corners) to the labels' size
   * @param labels [N, H, W], 0..K−1 or the ignore id
   * @return scalar; 0 where no pixel has a label
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    return reduction.of(tf, perGroup(tf, logits, labels));
  }

  /**
   * Returns each group's mean (or sum) over its labelled pixels, 0 where it has none.
   *
   * <p>PyTorch answers NaN for a group without a labelled pixel; such a group adds nothing here.
   *
   * @param logits [N, h, w, K]
   * @param labels [N, H, W]
   * @return [groups]
   */
  public Operand<TFloat32> perGroup(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    int images = (int) labels.shape().get(0);
    if (images % groups != 0) {
      throw new IllegalArgumentException(
          images + " images can't be split into " + groups + " equal groups");
    }
    Operand<TInt32> rows = tf.constant(new int[] {groups, -1});
    Operand<TFloat32> sum =
        tf.reduceSum(tf.reshape(perPixel(tf, logits, labels), rows), tf.constant(1));
    if (reduction == Reduction.SUM) {
      return sum;
    }
    Operand<TFloat32> labelled =
        tf.dtypes.cast(tf.math.notEqual(labels, tf.constant(ignore)), TFloat32.class);
    return tf.math.divNoNan(sum, tf.reduceSum(tf.reshape(labelled, rows), tf.constant(1)));
  }

  /**
   * Returns the loss of every pixel, 0 where it has no label.
   *
   * @param logits [N, h, w, K]; upsampled (bilinear, aligned corners) to the labels' size
   * @param labels [N, H, W], 0..K−1 or the ignore id
   * @return [N, H, W]
   */
  public Operand<TFloat32> perPixel(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    int height = (int) labels.shape().get(1);
    int width = (int) labels.shape().get(2);
    Operand<TFloat32> z = Resize.bilinear(tf, logits, height, width);
    var labelled = tf.math.notEqual(labels, tf.constant(ignore));
    // The kernel refuses ids out of range: pixels without a label are given class 0 and no weight.
    Operand<TInt32> safe = tf.select(labelled, labels, tf.zerosLike(labels));
    Operand<TFloat32> pixelLoss =
        tf.nn
            .sparseSoftmaxCrossEntropyWithLogits(
                tf.reshape(z, tf.constant(new int[] {-1, (int) z.shape().get(3)})),
                tf.reshape(safe, tf.constant(new int[] {-1})))
            .loss();
    Operand<TInt32> size = tf.constant(new int[] {-1, height, width});
    return tf.math.mul(tf.reshape(pixelLoss, size), tf.dtypes.cast(labelled, TFloat32.class));
  }
}
