package org.crossfade.core.method;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One term of a loss.
 *
 * @param name in logs and metrics
 * @param weight factor in the sum that is differentiated
 * @param value scalar, without the weight; this is what is logged
 */
public record LossTerm(String name, double weight, Operand<TFloat32> value) {

  /**
   * Returns the sum of weight·value.
   *
   * @param terms at least one
   * @return scalar
   */
  public static Operand<TFloat32> total(Ops tf, List<LossTerm> terms) {
    Operand<TFloat32> sum = null;
    for (LossTerm term : terms) {
      Operand<TFloat32> weighted =
          term.weight() == 1
              ? term.value()
              : tf.math.mul(term.value(), tf.constant((float) term.weight()));
      sum = sum == null ? weighted : tf.math.add(sum, weighted);
    }
    if (sum == null) {
      throw new IllegalArgumentException("a sum of loss terms needs a term");
    }
    return sum;
  }
}
