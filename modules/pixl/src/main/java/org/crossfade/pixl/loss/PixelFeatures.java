package org.crossfade.pixl.loss;

import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Positions of images as rows: features with their classes and sub-domains.
 *
 * @param features [n, D]
 * @param labels [n], 255 where there is none
 * @param state of {@link PixelPartition}, [n]
 * @param weights of the positions' pixels, [n]
 */
public record PixelFeatures(
    Operand<TFloat32> features,
    Operand<TInt32> labels,
    Operand<TInt32> state,
    Operand<TFloat32> weights) {

  /**
   * {@return maps as rows}
   *
   * @param tf operations of the graph
   * @param features [N, h, w, D]
   * @param labels [N, h, w]
   * @param state [N, h, w]
   * @param weights [N, h, w]
   */
  public static PixelFeatures ofMaps(
      Ops tf,
      Operand<TFloat32> features,
      Operand<TInt32> labels,
      Operand<TInt32> state,
      Operand<TFloat32> weights) {
    int depth = (int) features.shape().get(3);
    Operand<TInt32> flat = tf.constant(new int[] {-1});
    return new PixelFeatures(
        tf.reshape(features, tf.constant(new int[] {-1, depth})),
        tf.reshape(labels, flat),
        tf.reshape(state, flat),
        tf.reshape(weights, flat));
  }

  /**
   * {@return the rows of all {@code parts}, one part behind the other}
   *
   * @param tf operations of the graph
   * @param parts at least one, all of one depth D
   */
  public static PixelFeatures concat(Ops tf, List<PixelFeatures> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return new PixelFeatures(
        rows(tf, parts, PixelFeatures::features),
        rows(tf, parts, PixelFeatures::labels),
        rows(tf, parts, PixelFeatures::state),
        rows(tf, parts, PixelFeatures::weights));
  }

  private static <T extends TType> Operand<T> rows(
      Ops tf, List<PixelFeatures> parts, Function<PixelFeatures, Operand<T>> column) {
    return tf.concat(parts.stream().map(column).toList(), tf.constant(0));
  }

  /**
   * {@return which classes have a drift position, [C]}
   *
   * @param tf operations of the graph
   * @param classes C
   */
  public Operand<TBool> drifting(Ops tf, int classes) {
    Operand<TFloat32> members =
        tf.math.mul(
            tf.oneHot(labels, tf.constant(classes), tf.constant(1f), tf.constant(0f)),
            tf.expandDims(in(tf, PixelPartition.DRIFT), tf.constant(1)));
    return tf.math.greater(tf.reduceSum(members, tf.constant(0)), tf.constant(0f));
  }

  /** Returns 1 where a position has a state, else 0, [n]. */
  Operand<TFloat32> in(Ops tf, int wanted) {
    return tf.dtypes.cast(tf.math.equal(state, tf.constant(wanted)), TFloat32.class);
  }
}
