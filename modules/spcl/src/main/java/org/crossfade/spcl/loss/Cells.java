package org.crossfade.spcl.loss;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;

/** Feature cells as rows, split over processes. */
final class Cells {
  /** PyTorch's least length of a vector that is divided by its length. */
  private static final float LEAST_LENGTH = 1e-12f;

  private Cells() {}

  /**
   * Returns the cells of each process.
   *
   * @param maps [N, h, w, C]; the first N/P images belong to the first process
   * @return [P, n, C]
   */
  static Operand<TFloat32> of(Ops tf, Operand<TFloat32> maps, int processes) {
    Shape shape = maps.shape();
    if (shape.get(0) % processes != 0) {
      throw new IllegalArgumentException(
          shape.get(0) + " images can't be split over " + processes + " processes");
    }
    int channels = (int) shape.get(3);
    return tf.reshape(maps, tf.constant(new int[] {processes, -1, channels}));
  }

  /**
   * Returns max(‖x‖₂, 1e-12) along one axis.
   *
   * @return the shape of {@code x} with 1 in place of that axis
   */
  static Operand<TFloat32> lengths(Ops tf, Operand<TFloat32> x, int axis) {
    Operand<TFloat32> squares =
        tf.reduceSum(tf.math.square(x), tf.constant(axis), ReduceSum.keepDims(true));
    // The bound stands inside the root, whose gradient at 0 is not finite.
    return tf.math.sqrt(tf.math.maximum(squares, tf.constant(LEAST_LENGTH * LEAST_LENGTH)));
  }
}
