package org.crossfade.pixl.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * Which resolution a class's prototype comes from (PiXL, equation 14): the context where it has as
 * many joint positions there as the median class, or more than in the detail; the detail otherwise.
 *
 * <p>The median is over the classes that the context has: over all classes it would often be 0, and
 * nothing would ever be taken from the detail. A class that only the detail has comes from there.
 *
 * @param median scalar; 0 where the context has no class
 * @param source {@link #CONTEXT}, {@link #DETAIL} or {@link #NONE}, [C]
 * @param selected the prototypes and, as their counts, those of the resolution they come from
 */
public record AdaptiveSelection(
    Operand<TFloat64> median, Operand<TInt32> source, LocalPrototypes selected) {
  /** The prototype comes from the image at half its size. */
  public static final int CONTEXT = 0;

  /** The prototype comes from the window at full size. */
  public static final int DETAIL = 1;

  /** The class has no prototype. */
  public static final int NONE = -1;

  /** The median of an even number of counts. */
  public enum Median {
    /** The lower of the middle pair, PyTorch's. */
    LOWER,
    /** The mean of the middle pair. */
    MEAN
  }

  /**
   * {@return where the prototype of each class comes from, and the prototypes}
   *
   * @param tf operations of the graph
   * @param context prototypes of the images at half their size, C classes
   * @param detail prototypes of the windows at full size, of the same classes
   * @param rule what the median of an even number of counts is
   */
  public static AdaptiveSelection of(
      Ops tf, LocalPrototypes context, LocalPrototypes detail, Median rule) {
    Operand<TInt32> zero = tf.constant(0);
    Operand<TFloat64> median = median(tf, context.counts(), rule);
    Operand<TBool> fromContext =
        tf.math.logicalAnd(
            context.exist(tf),
            tf.math.logicalOr(
                tf.math.greaterEqual(tf.dtypes.cast(context.counts(), TFloat64.class), median),
                tf.math.less(detail.counts(), context.counts())));
    Operand<TInt32> source =
        tf.select(
            fromContext,
            tf.constant(CONTEXT),
            tf.select(detail.exist(tf), tf.constant(DETAIL), tf.constant(NONE)));
    Operand<TFloat32> otherwise =
        tf.select(
            tf.expandDims(detail.exist(tf), tf.constant(1)),
            detail.vectors(),
            tf.zerosLike(detail.vectors()));
    return new AdaptiveSelection(
        median,
        source,
        new LocalPrototypes(
            tf.select(tf.expandDims(fromContext, tf.constant(1)), context.vectors(), otherwise),
            tf.select(fromContext, context.counts(), tf.math.maximum(detail.counts(), zero))));
  }

  /** The median of the counts above 0. */
  private static Operand<TFloat64> median(Ops tf, Operand<TInt32> counts, Median rule) {
    int classes = (int) counts.shape().get(0);
    // Descending order has the counts of 0 behind all others.
    Operand<TInt32> descending =
        tf.nn.topK(counts, tf.constant(classes), new TopK.Options[] {TopK.sorted(true)}).values();
    Operand<TInt32> present =
        tf.reduceSum(
            tf.dtypes.cast(tf.math.greater(counts, tf.constant(0)), TInt32.class), tf.constant(0));
    Operand<TInt32> two = tf.constant(2);
    Operand<TFloat64> lower = wide(tf, descending, tf.math.floorDiv(present, two));
    // From the top: the lower of a middle pair is entry m/2, of an odd number (m − 1)/2 = m/2.
    if (rule == Median.LOWER) {
      return lower;
    }
    Operand<TInt32> above =
        tf.math.maximum(
            tf.math.floorDiv(tf.math.sub(present, tf.constant(1)), two), tf.constant(0));
    return tf.math.mul(tf.math.add(lower, wide(tf, descending, above)), tf.constant(0.5));
  }

  private static Operand<TFloat64> wide(Ops tf, Operand<TInt32> values, Operand<TInt32> index) {
    return tf.dtypes.cast(tf.gather(values, index, tf.constant(0)), TFloat64.class);
  }
}
