package org.crossfade.backbones;

import java.util.Arrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.types.TFloat32;

/**
 * PyTorch's and TensorFlow's layouts of weights: kernels are OIHW (outputs, inputs, height, width)
 * in the one and HWIO in the other, matrices outputs by inputs in the one and inputs by outputs in
 * the other; everything else agrees. A depthwise kernel has one input: [C, 1, 3, 3] and [3, 3, 1,
 * C].
 */
public final class TensorLayout {
  /** Floats that are written at once. */
  private static final int CACHE_LINE = 16;

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

  /** Returns the values of a variable, row-major in PyTorch's order. */
  public static float[] toPytorch(TFloat32 value) {
    long[] s = value.shape().asArray();
    float[] values = new float[Math.toIntExact(value.size())];
    value.asRawTensor().data().asFloats().read(values);
    if (s.length != 4 && s.length != 2) {
      return values;
    }
    int outputs = (int) s[s.length - 1];
    int inputs = (int) s[s.length - 2];
    int window = values.length / (outputs * inputs);
    float[] oihw = new float[values.length];
    for (int k = 0; k < window; k++) {
      for (int i = 0; i < inputs; i++) {
        for (int o = 0; o < outputs; o++) {
          oihw[(o * inputs + i) * window + k] = values[(k * inputs + i) * outputs + o];
        }
      }
    }
    return oihw;
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
   * Returns a PyTorch tensor in TensorFlow's layout; the caller closes it. Kernels are reordered on
   * their way into the tensor: a second array of a large one would not fit beside the first.
   *
   * @param values row-major in PyTorch's order
   * @param shape in PyTorch's order
   */
  public static TFloat32 toTensorFlow(float[] values, long... shape) {
    return switch (shape.length) {
      case 4 -> reordered(values, (int) (shape[2] * shape[3]), shape);
      // A matrix is a 1x1 kernel.
      case 2 -> reordered(values, 1, shape);
      default ->
          TFloat32.tensorOf(
              toTensorFlow(shape),
              DataBuffers.of(values, /* readOnly= */ true, /* makeCopy= */ false));
    };
  }

  private static TFloat32 reordered(float[] oihw, int window, long[] shape) {
    int outputs = (int) shape[0];
    int inputs = (int) shape[1];
    if ((long) outputs * inputs * window != oihw.length) {
      throw new IllegalArgumentException(
          oihw.length + " values do not fill the shape " + Arrays.toString(shape));
    }
    return TFloat32.tensorOf(
        toTensorFlow(shape),
        tensor -> {
          FloatDataBuffer hwio = tensor.asRawTensor().data().asFloats();
          float[] plane = new float[inputs * outputs];
          for (int k = 0; k < window; k++) {
            for (int block = 0; block < outputs; block += CACHE_LINE) {
              int end = Math.min(block + CACHE_LINE, outputs);
              for (int i = 0; i < inputs; i++) {
                for (int o = block; o < end; o++) {
                  plane[i * outputs + o] = oihw[(o * inputs + i) * window + k];
                }
              }
            }
            hwio.offset((long) k * plane.length).write(plane);
          }
        });
  }
}
