package org.crossfade.recipes.augmentation;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.DepthwiseConv2dNative;
import org.tensorflow.types.TFloat32;

/**
 * Gaussian blur of each image by its own σ, reflected at the borders without repeating the border
 * pixel, as kornia 0.5.8's {@code GaussianBlur2d}.
 *
 * <p>Beyond 8σ a tap adds less than 1e-14 of the image, so that the kernel is no longer than the
 * largest σ needs, however long kornia's is.
 *
 * @param largestSigma no image's σ exceeds it, in pixels, above 0
 */
public record GaussianBlur(double largestSigma) {
  /** Checks the range. */
  public GaussianBlur {
    if (!(largestSigma > 0)) {
      throw new IllegalArgumentException("sigma must be positive, found " + largestSigma);
    }
  }

  /**
   * Returns the length of the kernel that HRDA asks for: c = ⌈0.1·n⌉, ⌊c − 0.5 + c mod 2⌋.
   *
   * @param side n, the image's height or width in pixels
   */
  public static int kernelSize(int side) {
    double c = Math.ceil(0.1 * side);
    return (int) Math.floor(c - 0.5 + c % 2);
  }

  /**
   * Returns blurred images.
   *
   * @param images [N, H, W, C]
   * @param sigma [N], in pixels, above 0
   * @return [N, H, W, C]
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> images, Operand<TFloat32> sigma) {
    long[] shape = images.shape().asArray();
    int rows = radius((int) shape[1]);
    int columns = radius((int) shape[2]);
    Operand<TFloat32> padded =
        tf.mirrorPad(
            images,
            tf.constant(new int[][] {{0, 0}, {rows, rows}, {columns, columns}, {0, 0}}),
            "REFLECT");
    // One depth-wise convolution of N·C channels: each image has a kernel of its own.
    int channels = (int) (shape[0] * shape[3]);
    Operand<TFloat32> x =
        tf.reshape(
            tf.linalg.transpose(padded, tf.constant(new int[] {1, 2, 0, 3})),
            tf.constant(
                new int[] {1, (int) shape[1] + 2 * rows, (int) shape[2] + 2 * columns, channels}));
    Operand<TFloat32> down = convolve(tf, x, kernel(tf, sigma, rows, shape[3]), -1, 1);
    Operand<TFloat32> across = convolve(tf, down, kernel(tf, sigma, columns, shape[3]), 1, -1);
    return tf.linalg.transpose(
        tf.reshape(across, tf.constant(new long[] {shape[1], shape[2], shape[0], shape[3]})),
        tf.constant(new int[] {2, 0, 1, 3}));
  }

  private int radius(int side) {
    return Math.min(Math.max(kernelSize(side) - 1, 0) / 2, (int) Math.ceil(8 * largestSigma));
  }

  /** Taps along one axis, normalised to the sum 1: [2·radius + 1, N·C]. */
  private static Operand<TFloat32> kernel(
      Ops tf, Operand<TFloat32> sigma, int radius, long channels) {
    float[] squares = new float[2 * radius + 1];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = -0.5f * (i - radius) * (i - radius);
    }
    Operand<TFloat32> each =
        tf.reshape(
            tf.tile(tf.expandDims(sigma, tf.constant(1)), tf.constant(new long[] {1, channels})),
            tf.constant(new int[] {1, -1}));
    Operand<TFloat32> taps =
        tf.math.exp(
            tf.math.div(tf.expandDims(tf.constant(squares), tf.constant(1)), tf.math.square(each)));
    return tf.math.div(taps, tf.expandDims(tf.reduceSum(taps, tf.constant(0)), tf.constant(0)));
  }

  private static Operand<TFloat32> convolve(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> taps, int height, int width) {
    int channels = (int) x.shape().get(3);
    return tf.nn.depthwiseConv2dNative(
        x,
        tf.reshape(taps, tf.constant(new int[] {height, width, channels, 1})),
        List.of(1L, 1L, 1L, 1L),
        "VALID",
        new DepthwiseConv2dNative.Options[0]);
  }
}
