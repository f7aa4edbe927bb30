package org.crossfade.backbones;

import java.util.Arrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * PyTorch's and TensorFlow's layouts of weights: kernels are OIHW (outputs, inputs, height, width)
 * in the one and HWIO in the other, matrices outputs by inputs in the one and inputs by outputs in
 * the other; everything else agrees. A depthwise kernel has one input: [C, 1, 3, 3] and [3, 3, 1,
 * C].
 */
public final class TensorLayout {
  private TensorLayout() {}

  /** Returns the PyTorch shape of a variable of TensorFlow shape {@code shape}. */
  public static long[] toPytorch(Shape shape) {
    long[] s = shape.asArray();
    return switch (s.length) {
      case 4 -> new long[] {s[3], s[2], s[0], s[1]};
      case 2 -> new long[] {s[1], s[0]};
      default -> s;
    };
  }

  /** Returns the TensorFlow shape of a PyTorch tensor of shape {@code shape}. */
  public static Shape toTensorFlow(long... shape) {
    return switch (shape.length) {
      case 4 -> Shape.of(shape[2], shape[3], shape[1], shape[0]);
      case 2 -> Shape.of(shape[1], shape[0]);
      default -> Shape.of(shape);
    };
  }

  /**
   * Returns a PyTorch tensor in TensorFlow's layout; the caller closes it.
   *
   * @param values row-major in PyTorch's order
   * @param shape in PyTorch's order
   */
  public static TFloat32 toTensorFlow(float[] values, long... shape) {
    float[] ordered =
        switch (shape.length) {
          case 4 -> hwio(values, shape);
          // A matrix is a 1x1 kernel.
          case 2 -> hwio(values, new long[] {shape[0], shape[1], 1, 1});
          default -> values;
        };
    return TFloat32.tensorOf(
        toTensorFlow(shape), DataBuffers.of(ordered, /* readOnly= */ true, /* makeCopy= */ false));
  }

  private static float[] hwio(float[] oihw, long[] shape) {
    int outputs = (int) shape[0];
    int inputs = (int) shape[1];
    int window = (int) (shape[2] * shape[3]);
    if ((long) outputs * inputs * window != oihw.length) {
      throw new IllegalArgumentException(
          oihw.length + " values do not fill the shape " + Arrays.toString(shape));
    }
    float[] hwio = new float[oihw.length];
    int read = 0;
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        for (int k = 0; k < window; k++) {
          hwio[(k * inputs + i) * outputs + o] = oihw[read++];
        }
      }
    }
    return hwio;
  }
}
