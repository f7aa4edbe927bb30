package org.crossfade.recipes.selftraining;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * ClassMix (Olsson et al., WACV 2021): half of the classes of a labelled image are pasted into an
 * unlabelled one, with their labels. Source: {@code get_class_masks} and {@code one_mix} of HRDA's
 * {@code dacs_transforms.py}.
 *
 * <p>Of m distinct labels, (m + m mod 2)/2 are drawn without replacement for each image. The ignore
 * id counts as a class and may be pasted; a class that an image does not have pastes nothing.
 *
 * @param scope whose labels count
 */
public record ClassMix(Scope scope) {
  /** Whose labels are drawn from. */
  public enum Scope {
    /** Those of the whole batch: DAFormer and HRDA. */
    BATCH,
    /** Each image's own: DACS. */
    IMAGE
  }

  /** Labels are bytes. */
  private static final int IDS = 256;

  /**
   * Images with labels and weights.
   *
   * @param images [N, H, W, C]
   * @param labels [N, H, W]
   * @param weights [N, H, W]
   */
  public record Scenes(
      Operand<TFloat32> images, Operand<TInt32> labels, Operand<TFloat32> weights) {}

  /**
   * Mixed images.
   *
   * @param scenes where the labelled image is pasted its weight is 1
   * @param mask true where it is pasted, [N, H, W]
   */
  public record Mixed(Scenes scenes, Operand<TBool> mask) {}

  /**
   * Returns which ids occur.
   *
   * @param labels [N, H, W]
   * @return 1 or 0, [N, 256]; the same row for each image where the scope is the batch
   */
  public Operand<TFloat32> present(Ops tf, Operand<TInt32> labels) {
    int images = (int) labels.shape().get(0);
    Operand<TInt32> firsts = tf.range(tf.constant(0), tf.constant(images * IDS), tf.constant(IDS));
    Operand<TInt32> ids =
        tf.math.add(labels, tf.reshape(firsts, tf.constant(new int[] {-1, 1, 1})));
    Operand<TFloat32> counts =
        tf.reshape(
            tf.math.unsortedSegmentSum(
                tf.onesLike(tf.dtypes.cast(labels, TFloat32.class)),
                ids,
                tf.constant(images * IDS)),
            tf.constant(new int[] {images, IDS}));
    if (scope == Scope.BATCH) {
      counts =
          tf.tile(
              tf.expandDims(tf.reduceSum(counts, tf.constant(0)), tf.constant(0)),
              tf.constant(new int[] {images, 1}));
    }
    return tf.dtypes.cast(tf.math.greater(counts, tf.constant(0f)), TFloat32.class);
  }

  /**
   * Returns how many classes are drawn for each image: (m + m mod 2)/2.
   *
   * @param present of {@link #present}
   * @return [N]
   */
  public static Operand<TInt32> drawn(Ops tf, Operand<TFloat32> present) {
    Operand<TInt32> m = tf.dtypes.cast(tf.reduceSum(present, tf.constant(1)), TInt32.class);
    return tf.math.floorDiv(tf.math.add(m, tf.constant(1)), tf.constant(2));
  }

  /**
   * Draws classes.
   *
   * @param labels [N, H, W]
   * @param seed shape [2]
   * @return 1 for drawn ids, else 0, [N, 256]
   */
  public Operand<TFloat32> draw(Ops tf, Operand<TInt32> labels, Operand<TInt64> seed) {
    Operand<TFloat32> present = present(tf, labels);
    long images = labels.shape().get(0);
    Operand<TFloat32> keys =
        tf.math.mul(
            present,
            tf.math.add(
                tf.random.statelessRandomUniform(tf.constant(new long[] {images, IDS}), seed),
                tf.constant(1f)));
    Operand<TFloat32> ranked =
        tf.nn.topK(keys, tf.constant(IDS), new TopK.Options[] {TopK.sorted(true)}).values();
    Operand<TInt32> last =
        tf.expandDims(tf.math.sub(drawn(tf, present), tf.constant(1)), tf.constant(1));
    Operand<TFloat32> smallest = tf.gather(ranked, last, tf.constant(1), Gather.batchDims(1L));
    return tf.math.mul(
        present, tf.dtypes.cast(tf.math.greaterEqual(keys, smallest), TFloat32.class));
  }

  /**
   * Returns given ids in the form that {@link #draw} answers.
   *
   * @param ids [N, n], 0..255
   * @return 1 for those ids, else 0, [N, 256]
   */
  public static Operand<TFloat32> chosen(Ops tf, Operand<TInt32> ids) {
    return tf.max(
        tf.oneHot(ids, tf.constant(IDS), tf.constant(1f), tf.constant(0f)), tf.constant(1));
  }

  /**
   * Pastes the labelled image's pixels of the chosen classes into the other image.
   *
   * @param chosen 1 for chosen ids, else 0, [N, 256]
   * @param labelled what is pasted; its weights are taken as they are
   * @param unlabelled what it is pasted into, with pseudo labels
   */
  public static Mixed mix(Ops tf, Operand<TFloat32> chosen, Scenes labelled, Scenes unlabelled) {
    long[] shape = labelled.labels().shape().asArray();
    Operand<TInt32> flat =
        tf.reshape(labelled.labels(), tf.constant(new int[] {(int) shape[0], -1}));
    Operand<TFloat32> pasted = tf.gather(chosen, flat, tf.constant(1), Gather.batchDims(1L));
    Operand<TBool> mask = tf.reshape(tf.math.greater(pasted, tf.constant(0f)), tf.constant(shape));
    return new Mixed(
        new Scenes(
            tf.select(tf.expandDims(mask, tf.constant(3)), labelled.images(), unlabelled.images()),
            tf.select(mask, labelled.labels(), unlabelled.labels()),
            tf.select(mask, labelled.weights(), unlabelled.weights())),
        mask);
  }
}
