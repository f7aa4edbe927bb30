package org.crossfade.backbones;

import java.util.Arrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * PyTorch's and TensorFlow's layouts of weights: kernels are OIHW (outputs, inputs, height, width)
 * in the one and HWIO in the other; everything else agrees.
 */
public final class TensorLayout {
  private TensorLayout() {}

  /** Returns the PyTorch shape of a variable of TensorFlow shape {@code shape}. */
  public static long[] toPytorch(Shape shape) {
    long[] s = shape.asArray();
    return s.length == 4 ? new long[] {s[3], s[2], s[0], s[1]} : s;
  }

  /** Returns the TensorFlow shape of a PyTorch tensor of shape {@code shape}. */
  public static Shape toTensorFlow(long... shape) {
    return shape.length == 4 ? Shape.of(shape[2], shape[3], shape[1], shape[0]) : Shape.of(shape);
  }

  /**
   * Returns a PyTorch tensor in TensorFlow's layout; the caller closes it.
   *
   * @param values row-major in PyTorch's order
   * @param shape in PyTorch's order
   */
  public static TFloat32 toTensorFlow(float[] values, long... shape) {
    float[] ordered = shape.length == 4 ? hwio(values, shape) : values;
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
