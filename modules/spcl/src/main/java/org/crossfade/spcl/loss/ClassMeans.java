package org.crossfade.spcl.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Mean feature of each class: m_c = Σ_{cells of c} f / |cells of c|, where f is the cell's feature
 * or its direction f/max(‖f‖₂, 1e-12). One matrix product for all classes; no gradient.
 *
 * @param means [P, C, K]; 0 for a class without a cell
 * @param present 1 where a class has a cell, else 0, [P, 1, K]
 */
public record ClassMeans(Operand<TFloat32> means, Operand<TFloat32> present) {
  private static final int CELLS = 1;

  /**
   * {@return the means of each process' images}
   *
   * @param tf operations of the graph
   * @param features [N, h, w, C]
   * @param mask class of each cell, [N, h, w]; ids outside 0..K−1 take no part
   * @param classes K
   * @param processes P; the first N/P images belong to the first process
   * @param normalise whether directions are averaged in place of features
   */
  public static ClassMeans of(
      Ops tf,
      Operand<TFloat32> features,
      Operand<TInt32> mask,
      int classes,
      int processes,
      boolean normalise) {
    Operand<TFloat32> cells = Cells.of(tf, tf.stopGradient(features), processes);
    Operand<TFloat32> members =
        tf.oneHot(
            tf.reshape(mask, tf.constant(new int[] {processes, -1})),
            tf.constant(classes),
            tf.constant(1f),
            tf.constant(0f));
    Operand<TFloat32> counts = tf.reduceSum(members, tf.constant(CELLS), ReduceSum.keepDims(true));
    Operand<TFloat32> weights =
        normalise ? tf.math.div(members, Cells.lengths(tf, cells, 2)) : members;
    Operand<TFloat32> sums =
        tf.train.batchMatMul(cells, weights, TFloat32.class, BatchMatMul.adjX(true));
    return new ClassMeans(tf.math.divNoNan(sums, counts), tf.math.minimum(counts, tf.constant(1f)));
  }
}
