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
   * @param x [N, H, W, C], ≥ 0
   * @return [N, H', W', C]
   */
  public static Operand<TFloat32> apply(
      Ops tf, Operand<TFloat32> x, int kernel, int stride, int padding, Rounding rounding) {
    boolean known = MapSize.isKnown(x);
    int most = known ? 0 : mostMissing(kernel, stride, padding, rounding);
    int height = (int) x.shape().get(1);
    int width = (int) x.shape().get(2);
    int afterHeight = padding + (known ? missing(height, kernel, stride, padding, rounding) : most);
    int afterWidth = padding + (known ? missing(width, kernel, stride, padding, rounding) : most);
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

  /**
   * Rows or columns that ceil rounding may need beyond the padding: with so many, rounding down
   * gives as many windows. None of them may begin behind the image, where PyTorch drops it.
   */
  private static int mostMissing(int kernel, int stride, int padding, Rounding rounding) {
    if (rounding == Rounding.FLOOR) {
      return 0;
    }
    if (kernel < padding + stride) {
      throw new IllegalArgumentException(
          "a pooling of %d by %d with a padding of %d has to know the size of its input"
              .formatted(kernel, stride, padding));
    }
    return stride - 1;
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
