package org.crossfade.core.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** PyTorch's max pooling of maps that are nowhere negative, as behind a rectifier. */
public final class MaxPool {
  private MaxPool() {}

  /** Which size a window that does not fit gives. */
  public enum Rounding {
    /** The window is left out. */
    FLOOR,
    /** The window is cut at the border. */
    CEIL
  }

  /**
   * Returns the maxima. Padding is by zeros, which equals PyTorch's −∞ since the input is ≥ 0.
   *
   * @param x [N, H, W, C], ≥ 0, of known height and width
   * @return [N, H', W', C]
   */
  public static Operand<TFloat32> apply(
      Ops tf, Operand<TFloat32> x, int kernel, int stride, int padding, Rounding rounding) {
    int height = (int) x.shape().get(1);
    int width = (int) x.shape().get(2);
    int afterHeight = padding + missing(height, kernel, stride, padding, rounding);
    int afterWidth = padding + missing(width, kernel, stride, padding, rounding);
    Operand<TFloat32> padded =
        padding == 0 && afterHeight == 0 && afterWidth == 0
            ? x
            : tf.pad(
                x,
                tf.constant(
                    new int[][] {{0, 0}, {padding, afterHeight}, {padding, afterWidth}, {0, 0}}),
                tf.constant(0f));
    return tf.nn.maxPool(
        padded,
        tf.constant(new int[] {1, kernel, kernel, 1}),
        tf.constant(new int[] {1, stride, stride, 1}),
        "VALID");
  }

  /** Rows or columns that ceil rounding needs beyond the padding. */
  private static int missing(int size, int kernel, int stride, int padding, Rounding rounding) {
    int range = size + 2 * padding - kernel;
    if (rounding == Rounding.FLOOR || range % stride == 0) {
      return 0;
    }
    int windows = range / stride + 2;
    // PyTorch drops a window that would start in the padding behind the image.
    if ((windows - 1) * stride >= size + padding) {
      return 0;
    }
    return (windows - 1) * stride + kernel - size - 2 * padding;
  }
}
