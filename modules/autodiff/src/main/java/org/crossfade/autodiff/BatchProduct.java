package org.crossfade.autodiff;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.family.TNumber;

/** Products of batches of matrices. */
public final class BatchProduct {
  private BatchProduct() {}

  /**
   * Returns a·b, or a·bᵀ, for every matrix of a batch.
   *
   * <p>TensorFlow has several operations for it. The newest, which Java's binding offers, is not
   * among those that oneDNN computes, and lacks float16 on a processor; half precision takes the
   * one before it.
   *
   * @param <T> a floating point type
   * @param tf operations of the graph
   * @param a [..., n, k]
   * @param b [..., k, m], or [..., m, k] if transposed
   * @param transposeB whether each matrix of {@code b} is transposed first
   * @return [..., n, m]
   */
  public static <T extends TNumber> Operand<T> apply(
      Ops tf, Operand<T> a, Operand<T> b, boolean transposeB) {
    DataType type = a.asOutput().dataType();
    if (type == DataType.DT_FLOAT || type == DataType.DT_DOUBLE) {
      return transposeB
          ? tf.train.batchMatMul(a, b, a.type(), BatchMatMul.adjY(true))
          : tf.train.batchMatMul(a, b, a.type());
    }
    var attributes = Map.of("adj_y", Node.bool(transposeB));
    return typed(Node.build(tf, "BatchMatMulV2", attributes, List.of(a, b)).output(0));
  }

  @SuppressWarnings("unchecked")
  private static <T extends TNumber> Operand<T> typed(Operand<?> product) {
    return (Operand<T>) product;
  }
}
