package org.crossfade.pixl.loss;

import java.util.List;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.nn.DetailWindow;
import org.crossfade.core.nn.Resize;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * The pixels of an image as two sub-domains (PiXL, equations 5 to 9): those whose entropy h = −Σ_k
 * p_k·ln p_k lies below the (1 − η)-quantile of their image are joint, the others drift.
 *
 * <p>The quantile is over both resolutions together and each image has its own: with n counted
 * values in ascending order and rank r = (1 − η)·(n − 1), it is v_⌊r⌋ + (r − ⌊r⌋)·(v_⌊r⌋₊₁ −
 * v_⌊r⌋). Positions without a label or of weight 0 are neither counted nor in a sub-domain. Nothing
 * here carries a gradient.
 *
 * @param context of the image at half its size
 * @param detail of the window at full size
 * @param threshold the quantile, [N]; 0 where no position counts
 */
public record PixelPartition(Part context, Part detail, Operand<TFloat32> threshold) {
  /** State of a position that is in neither sub-domain. */
  public static final int EXCLUDED = 0;

  /** State of a joint position. */
  public static final int JOINT = 1;

  /** State of a drift position. */
  public static final int DRIFT = 2;

  private static final float BEYOND_ALL = Float.MAX_VALUE;

  /**
   * The positions of one resolution.
   *
   * @param entropy h, also where a position is excluded, [N, h, w]
   * @param labels of the first pixel of each cell, [N, h, w]
   * @param state excluded, joint or drift, [N, h, w]
   */
  public record Part(Operand<TFloat32> entropy, Operand<TInt32> labels, Operand<TInt32> state) {}

  /**
   * What is partitioned.
   *
   * @param contextLogits raw logits of the image at half its size, [N, h, w, C]
   * @param detailLogits logits of the window, [N, h', w', C]
   * @param window where the detail lies
   */
  public record Views(
      Operand<TFloat32> contextLogits, Operand<TFloat32> detailLogits, DetailWindow window) {}

  /**
   * {@return the partition}
   *
   * @param tf operations of the graph
   * @param views logits of both resolutions, and where the window lies
   * @param labels [N, H, W], 255 where there is none
   * @param weights [N, H, W]; positions of weight 0 are excluded
   * @param eta η, scalar, 0..1
   */
  public static PixelPartition of(
      Ops tf,
      Views views,
      Operand<TInt32> labels,
      Operand<TFloat32> weights,
      Operand<TFloat64> eta) {
    Operand<TInt32> counted =
        tf.select(
            tf.math.greater(weights, tf.constant(0f)),
            labels,
            tf.fill(tf.shape(labels), tf.constant(LabelSpace.IGNORE)));
    Operand<TFloat32> contextEntropy = entropy(tf, views.contextLogits());
    Operand<TFloat32> detailEntropy = entropy(tf, views.detailLogits());
    Operand<TBool> inContext = labelled(tf, onGrid(tf, counted, contextEntropy));
    Operand<TBool> inDetail =
        labelled(tf, onGrid(tf, views.window().cut(tf, counted), detailEntropy));
    Operand<TFloat32> threshold =
        quantile(
            tf,
            tf.concat(
                List.of(ranked(tf, contextEntropy, inContext), ranked(tf, detailEntropy, inDetail)),
                tf.constant(1)),
            eta);
    return new PixelPartition(
        new Part(
            contextEntropy,
            onGrid(tf, labels, contextEntropy),
            state(tf, contextEntropy, inContext, threshold)),
        new Part(
            detailEntropy,
            onGrid(tf, views.window().cut(tf, labels), detailEntropy),
            state(tf, detailEntropy, inDetail, threshold)),
        threshold);
  }

  /** h of [N, h, w, C] logits; the log-softmax keeps 0·ln 0 out. */
  private static Operand<TFloat32> entropy(Ops tf, Operand<TFloat32> logits) {
    Operand<TFloat32> log = tf.nn.logSoftmax(tf.stopGradient(logits));
    return tf.math.neg(tf.reduceSum(tf.math.mul(tf.math.exp(log), log), tf.constant(3)));
  }

  private static Operand<TInt32> onGrid(Ops tf, Operand<TInt32> labels, Operand<TFloat32> entropy) {
    return Resize.nearestLabels(
        tf, labels, (int) entropy.shape().get(1), (int) entropy.shape().get(2));
  }

  private static Operand<TBool> labelled(Ops tf, Operand<TInt32> labels) {
    return tf.math.notEqual(labels, tf.constant(LabelSpace.IGNORE));
  }

  /** Entropies of one image in a row, those that don't count behind all others. */
  private static Operand<TFloat32> ranked(
      Ops tf, Operand<TFloat32> entropy, Operand<TBool> counted) {
    int images = (int) entropy.shape().get(0);
    return tf.reshape(
        tf.select(counted, entropy, tf.fill(tf.shape(entropy), tf.constant(BEYOND_ALL))),
        tf.constant(new int[] {images, -1}));
  }

  private static Operand<TFloat32> quantile(
      Ops tf, Operand<TFloat32> values, Operand<TFloat64> eta) {
    int width = (int) values.shape().get(1);
    Operand<TFloat32> ascending =
        tf.math.neg(
            tf.nn
                .topK(
                    tf.math.neg(values), tf.constant(width), new TopK.Options[] {TopK.sorted(true)})
                .values());
    Operand<TFloat64> count =
        tf.reduceSum(
            tf.dtypes.cast(tf.math.less(values, tf.constant(BEYOND_ALL)), TFloat64.class),
            tf.constant(1));
    Operand<TFloat64> last =
        tf.math.maximum(tf.math.sub(count, tf.constant(1.0)), tf.constant(0.0));
    Operand<TFloat64> rank = tf.math.mul(tf.math.sub(tf.constant(1.0), eta), last);
    Operand<TFloat64> floor = tf.math.floor(rank);
    Operand<TFloat32> low = at(tf, ascending, floor);
    Operand<TFloat32> high =
        at(tf, ascending, tf.math.minimum(tf.math.add(floor, tf.constant(1.0)), last));
    Operand<TFloat32> part = tf.dtypes.cast(tf.math.sub(rank, floor), TFloat32.class);
    return tf.select(
        tf.math.greater(count, tf.constant(0.0)),
        tf.math.add(low, tf.math.mul(part, tf.math.sub(high, low))),
        tf.zerosLike(low));
  }

  private static Operand<TFloat32> at(Ops tf, Operand<TFloat32> rows, Operand<TFloat64> index) {
    Operand<TInt32> columns = tf.expandDims(tf.dtypes.cast(index, TInt32.class), tf.constant(1));
    return tf.reshape(
        tf.gather(rows, columns, tf.constant(1), Gather.batchDims(1L)),
        tf.constant(new int[] {-1}));
  }

  private static Operand<TInt32> state(
      Ops tf, Operand<TFloat32> entropy, Operand<TBool> counted, Operand<TFloat32> threshold) {
    Operand<TBool> joint =
        tf.math.less(entropy, tf.reshape(threshold, tf.constant(new int[] {-1, 1, 1})));
    Operand<TInt32> split = tf.select(joint, tf.constant(JOINT), tf.constant(DRIFT));
    return tf.select(counted, split, tf.constant(EXCLUDED));
  }
}
