package org.crossfade.autodiff;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.types.family.TNumber;

/**
 * Dilated convolutions of stride 1.
 *
 * <p>{@link GradientTape} differentiates them rightly. TensorFlow's own {@code Graph.addGradients}
 * does not: it forgets the dilation, without an error where padding is {@code SAME}.
 */
public final class DilatedConvolution {
  private DilatedConvolution() {}

  /**
   * Returns the convolution of {@code x}, stride 1.
   *
   * @param <T> a floating point type
   * @param tf operations of the graph
   * @param x [N, H, W, C]
   * @param kernel [k, k, C, C']
   * @param dilation distance of the kernel's taps, at least 1
   * @param padding {@code SAME} or {@code VALID}
   * @return [N, H', W', C']
   */
  public static <T extends TNumber> Operand<T> apply(
      Ops tf, Operand<T> x, Operand<T> kernel, int dilation, String padding) {
    return tf.nn.conv2d(
        x,
        kernel,
        List.of(1L, 1L, 1L, 1L),
        padding,
        Conv2d.dilations(List.of(1L, (long) dilation, (long) dilation, 1L)));
  }
}
