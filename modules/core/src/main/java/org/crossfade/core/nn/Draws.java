package org.crossfade.core.nn;

import org.crossfade.core.graph.Forward;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Random numbers of the images of a batch: each belongs to a place in the whole batch. */
final class Draws {
  private Draws() {}

  /**
   * Returns uniform draws from 0..1.
   *
   * @param shape [n, ...] for the n rows that the pass has; workers that share the batch draw for
   *     all rows and keep their own
   */
  static Operand<TFloat32> uniform(Forward forward, long[] shape, Operand<TInt64> seed) {
    Ops tf = forward.tf();
    if (forward.rowsOf().isEmpty()) {
      return tf.random.statelessRandomUniform(tf.constant(shape), seed);
    }
    long[] all = shape.clone();
    all[0] *= forward.rowsOf().get().place().count();
    return forward
        .rowsOf()
        .get()
        .ownRows(
            tf.ensureShape(
                tf.random.statelessRandomUniform(tf.constant(all), seed), Shape.of(all)));
  }
}
