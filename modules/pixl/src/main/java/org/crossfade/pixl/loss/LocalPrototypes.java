package org.crossfade.pixl.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One vector a class, made of this step's joint positions alone (PiXL, equations 10 and 13): no
 * memory, no moving average, no gradient.
 *
 * @param vectors [C, D]; a zero row where a class has no joint position
 * @param counts joint positions of each class, [C]
 */
public record LocalPrototypes(Operand<TFloat32> vectors, Operand<TInt32> counts) {

  /**
   * {@return the means over joint positions}
   *
   * @param tf operations of the graph
   * @param pixels of all images that share prototypes
   * @param classes C
   * @param normalized whether features have length 1 before they are averaged, and the mean again;
   *     false is equation 10 as printed
   */
  public static LocalPrototypes of(Ops tf, PixelFeatures pixels, int classes, boolean normalized) {
    Operand<TFloat32> features = tf.stopGradient(pixels.features());
    Operand<TFloat32> rows = normalized ? UnitVectors.of(tf, features) : features;
    // Ids out of range, such as 255, give a row of zeros.
    Operand<TFloat32> members =
        tf.math.mul(
            tf.oneHot(pixels.labels(), tf.constant(classes), tf.constant(1f), tf.constant(0f)),
            tf.expandDims(pixels.in(tf, PixelPartition.JOINT), tf.constant(1)));
    Operand<TFloat32> sums = tf.linalg.matMul(members, rows, MatMul.transposeA(true));
    Operand<TFloat32> counts = tf.reduceSum(members, tf.constant(0));
    Operand<TFloat32> means = tf.math.divNoNan(sums, tf.expandDims(counts, tf.constant(1)));
    return new LocalPrototypes(
        tf.stopGradient(normalized ? UnitVectors.of(tf, means) : means),
        tf.dtypes.cast(counts, TInt32.class));
  }

  /**
   * {@return which classes have a prototype, [C]}
   *
   * @param tf operations of the graph
   */
  public Operand<TBool> exist(Ops tf) {
    return tf.math.greater(counts, tf.constant(0));
  }
}
