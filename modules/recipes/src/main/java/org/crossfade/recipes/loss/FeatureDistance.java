package org.crossfade.recipes.loss;

import com.google.common.primitives.Ints;
import java.util.List;
import org.crossfade.core.label.LabelSpace;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * DAFormer's distance of features to those of the network that ImageNet trained, where a thing
 * class lies: the mean over such cells of ‖f − g‖₂. Source: {@code calc_feat_dist}, {@code
 * masked_feat_dist} of {@code dacs.py} and {@code downscale_label_ratio}.
 *
 * <p>A cell of the feature map has the class with the largest share of its label pixels, the ignore
 * id taking part; it has none where that share is below {@code minRatio} or the ignore id wins.
 * Departure: without such a cell the loss is 0 (PyTorch answers NaN).
 *
 * @param classes thing classes
 * @param minRatio smallest share of a cell's class, 0..1
 */
public record FeatureDistance(List<Integer> classes, double minRatio) {
  /** Labels are bytes. */
  private static final int IDS = 256;

  /** Checks the ranges and copies the list. */
  public FeatureDistance {
    classes = List.copyOf(classes);
    if (classes.isEmpty() || classes.stream().anyMatch(c -> c < 0 || c >= LabelSpace.IGNORE)) {
      throw new IllegalArgumentException(
          "classes must be train ids and not empty, found " + classes);
    }
    if (!(minRatio >= 0 && minRatio <= 1)) {
      throw new IllegalArgumentException("min-ratio must lie in 0..1, found " + minRatio);
    }
  }

  /**
   * Returns the class of every cell.
   *
   * @param labels [N, H, W], each side a multiple of the feature map's
   * @param height h of the feature map
   * @param width w of the feature map
   * @return [N, h, w], 255 where a cell has none
   */
  public Operand<TInt32> cellClasses(Ops tf, Operand<TInt32> labels, int height, int width) {
    int images = (int) labels.shape().get(0);
    int down = cell(labels.shape().get(1), height);
    int across = cell(labels.shape().get(2), width);
    Operand<TInt32> cells =
        tf.math.add(
            tf.math.add(
                index(tf, images, 1, height * width, new int[] {-1, 1, 1}),
                index(tf, height * down, down, width, new int[] {1, -1, 1})),
            index(tf, width * across, across, 1, new int[] {1, 1, -1}));
    int count = images * height * width;
    Operand<TFloat32> shares =
        tf.math.div(
            tf.reshape(
                tf.math.unsortedSegmentSum(
                    tf.onesLike(tf.dtypes.cast(labels, TFloat32.class)),
                    tf.math.add(tf.math.mul(cells, tf.constant(IDS)), labels),
                    tf.constant(count * IDS)),
                tf.constant(new int[] {images, height, width, IDS})),
            tf.constant((float) (down * across)));
    Operand<TInt32> winner = tf.math.argMax(shares, tf.constant(3), TInt32.class);
    Operand<TBool> clear =
        tf.math.greaterEqual(tf.max(shares, tf.constant(3)), tf.constant((float) minRatio));
    return tf.select(clear, winner, tf.fill(tf.shape(winner), tf.constant(LabelSpace.IGNORE)));
  }

  /**
   * Returns where the distance counts.
   *
   * @param cellClasses [N, h, w]
   * @return 1 or 0, [N, h, w]
   */
  public Operand<TFloat32> mask(Ops tf, Operand<TInt32> cellClasses) {
    float[] things = new float[IDS];
    classes.forEach(c -> things[c] = 1);
    return tf.gather(tf.constant(things), cellClasses, tf.constant(0));
  }

  /**
   * Returns the distance.
   *
   * @param features f, [N, h, w, C]
   * @param reference g, [N, h, w, C]; no gradient flows into it
   * @param labels [N, H, W]
   * @return scalar; 0 without a thing cell
   */
  public Operand<TFloat32> apply(
      Ops tf, Operand<TFloat32> features, Operand<TFloat32> reference, Operand<TInt32> labels) {
    int height = Ints.checkedCast(features.shape().get(1));
    int width = Ints.checkedCast(features.shape().get(2));
    Operand<TFloat32> mask = mask(tf, cellClasses(tf, labels, height, width));
    Operand<TFloat32> squares =
        tf.reduceSum(
            tf.math.square(tf.math.sub(features, tf.stopGradient(reference))), tf.constant(3));
    // The derivative of the root is infinite at 0: a cell without difference takes no part in it.
    Operand<TBool> differs = tf.math.greater(squares, tf.constant(0f));
    Operand<TFloat32> norms =
        tf.math.mul(
            tf.math.sqrt(tf.select(differs, squares, tf.constant(1f))),
            tf.dtypes.cast(differs, TFloat32.class));
    Operand<TInt32> all = tf.constant(new int[] {0, 1, 2});
    return tf.math.divNoNan(tf.reduceSum(tf.math.mul(norms, mask), all), tf.reduceSum(mask, all));
  }

  private static int cell(long labels, int features) {
    if (labels % features != 0) {
      throw new IllegalArgumentException(
          "a label map of "
              + labels
              + " pixels can't be cut into "
              + features
              + " equal cells; make the crop a multiple of the feature map");
    }
    return (int) (labels / features);
  }

  /** ⌊i/divisor⌋·factor for i in 0..count − 1. */
  private static Operand<TInt32> index(Ops tf, int count, int divisor, int factor, int[] shape) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = i / divisor * factor;
    }
    return tf.reshape(tf.constant(values), tf.constant(shape));
  }
}
