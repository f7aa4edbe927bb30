package org.crossfade.recipes.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Groups of consecutive images of a batch, each of which is reduced on its own.
 *
 * @param count how many, at least 1
 * @param reduction what becomes of the pixels of a group, and of the groups
 */
record ImageGroups(int count, Reduction reduction) {
  ImageGroups {
    if (count < 1) {
      throw new IllegalArgumentException("groups must be positive, not " + count);
    }
  }

  /**
   * Returns each group's mean (or sum) over its labelled pixels, 0 where it has none.
   *
   * @param values [N, H, W], 0 at pixels without a label
   * @param mask [N, H, W], 1 at pixels with a label, else 0
   * @return [count]
   */
  Operand<TFloat32> reduce(Ops tf, Operand<TFloat32> values, Operand<TFloat32> mask) {
    long images = values.shape().get(0);
    if (images % count != 0) {
      throw new IllegalArgumentException(
          images + " images can't be split into " + count + " equal groups");
    }
    Operand<TFloat32> sum = perGroup(tf, values);
    return reduction == Reduction.SUM ? sum : tf.math.divNoNan(sum, perGroup(tf, mask));
  }

  private Operand<TFloat32> perGroup(Ops tf, Operand<TFloat32> values) {
    return tf.reduceSum(tf.reshape(values, tf.constant(new int[] {count, -1})), tf.constant(1));
  }
}
