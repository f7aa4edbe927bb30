package org.crossfade.spcl.loss;

import org.crossfade.core.label.LabelSpace;
import org.crossfade.recipes.loss.Reduction;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Contrast of feature cells with the prototypes of all classes: −log softmax_k(⟨f/‖f‖₂, μ_k⟩/τ) at
 * the cell's class, over the cells that have one. Equations 1, 4 and 6 of SPCL (arXiv 2111.12358).
 *
 * <p>The paper does not say τ; its code divides by 100, so that with prototypes of length at most 1
 * all logits lie in ±0.01, the loss hardly leaves ln K, and its gradient is about 0.01/‖f‖ a cell.
 *
 * @param divisor τ, above 0
 * @param normalisePrototypes whether the prototypes are divided by their lengths too; the code does
 *     not
 * @param reduction mean over the used cells of a process (code), or sum (paper)
 */
public record PrototypeContrast(double divisor, boolean normalisePrototypes, Reduction reduction) {
  /**
   * Checks the range.
   *
   * @param divisor τ, above 0
   * @param normalisePrototypes whether the prototypes are divided by their lengths too; the code
   *     does not
   * @param reduction mean over the used cells of a process (code), or sum (paper)
   */
  public PrototypeContrast {
    if (!(divisor > 0)) {
      throw new IllegalArgumentException("divisor must be positive, found " + divisor);
    }
  }

  /**
   * Returns the loss of each process; 0 where it has no cell with a class. No gradient reaches the
   * prototypes.
   *
   * @param tf operations of the graph
   * @param features [N, h, w, C]
   * @param mask class of each cell or 255, [N, h, w]
   * @param prototypes one bank a process, [P, C, K]
   * @return [P]
   */
  public Operand<TFloat32> perProcess(
      Ops tf, Operand<TFloat32> features, Operand<TInt32> mask, Operand<TFloat32> prototypes) {
    int processes = (int) prototypes.shape().get(0);
    return new SegmentationCrossEntropy(LabelSpace.IGNORE, processes, reduction)
        .perGroup(tf, logits(tf, features, prototypes), mask);
  }

  /**
   * Returns ⟨f/‖f‖₂, μ_k⟩/τ. The product is taken with the features as they are and divided by
   * their lengths afterwards: K numbers a cell instead of C.
   *
   * @return [N, h, w, K]
   */
  private Operand<TFloat32> logits(
      Ops tf, Operand<TFloat32> features, Operand<TFloat32> prototypes) {
    Operand<TFloat32> keys = tf.stopGradient(prototypes);
    if (normalisePrototypes) {
      keys = tf.math.div(keys, Cells.lengths(tf, keys, 1));
    }
    Operand<TFloat32> cells = Cells.of(tf, features, (int) keys.shape().get(0));
    Operand<TFloat32> lengths = Cells.lengths(tf, cells, 2);
    Operand<TFloat32> products = tf.train.batchMatMul(cells, keys, TFloat32.class);
    Operand<TFloat32> logits =
        tf.math.div(tf.math.div(products, lengths), tf.constant((float) divisor));
    long[] size = features.shape().asArray();
    int classes = (int) keys.shape().get(2);
    return tf.reshape(
        logits, tf.constant(new int[] {(int) size[0], (int) size[1], (int) size[2], classes}));
  }
}
