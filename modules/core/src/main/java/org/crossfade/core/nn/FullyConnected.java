package org.crossfade.core.nn;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Precision;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * A fully connected layer that slides over an image: a convolution of few cells and many channels,
 * computed as one product of what its P = N·H'·W' cells see with the kernel.
 *
 * <p>Such a kernel is hundreds of megabytes, and a convolution's backward passes rearrange all of
 * it for the sake of a few dozen cells; a product reads it once.
 *
 * @param convolution what is computed; its stride and its dilation are 1
 */
public record FullyConnected(Convolution convolution) {
  /** Refuses a stride or a dilation. */
  public FullyConnected {
    if (convolution.stride() != 1 || convolution.dilation() != 1) {
      throw new IllegalArgumentException(
          "fully connected layer '%s' needs stride 1 and dilation 1, found %d and %d"
              .formatted(convolution.name(), convolution.stride(), convolution.dilation()));
    }
  }

  /** Returns the name of the convolution. */
  public String name() {
    return convolution.name();
  }

  /** Returns the name of the kernel among the parameters. */
  public String weight() {
    return name() + ".weight";
  }

  /**
   * Returns the convolution of {@code x}.
   *
   * <p>Parameters may also hold a kernel that is added to {@code name.weight} and known as a sum of
   * outer products alone ({@code name.added.inputs}, {@code name.added.outputs}; see {@link
   * OuterProducts}), and values that are added to the result ({@code name.shift}).
   *
   * @param x [N, H, W, C]
   * @return [N, H', W', C'], H' = H + 2·padding − kernel + 1
   */
  public Operand<TFloat32> apply(Ops tf, Parameters parameters, Operand<TFloat32> x) {
    if (!MapSize.isKnown(x) && !parameters.contains(name() + OuterProducts.INPUTS)) {
      return convolution.apply(tf, parameters, x);
    }
    Operand<TFloat32> windows = windows(tf, x);
    long cell = (long) convolution.kernel() * convolution.kernel() * convolution.inputs();
    Operand<TFloat32> kernel =
        tf.reshape(parameters.get(weight()), tf.constant(new long[] {cell, convolution.outputs()}));
    // As (kernelᵀ·windowsᵀ)ᵀ: then the gradient of the windows is kernel·ȳ with the kernel as it
    // lies in memory. That of windows·kernel is ȳ·kernelᵀ, which takes four times as long.
    Operand<TFloat32> y =
        transposed(
            tf,
            Precision.product(
                tf,
                kernel,
                transposed(tf, windows),
                (k, w) -> tf.linalg.matMul(k, w, MatMul.transposeA(true))));
    if (parameters.contains(name() + OuterProducts.INPUTS)) {
      y = tf.math.add(y, OuterProducts.of(name(), parameters).applied(tf, windows));
    }
    Operand<TFloat32> image = tf.reshape(y, tf.constant(resultShape(x)));
    if (parameters.contains(name() + OuterProducts.SHIFT)) {
      image = tf.math.add(image, parameters.get(name() + OuterProducts.SHIFT));
    }
    return convolution.bias() ? tf.nn.biasAdd(image, parameters.get(name() + ".bias")) : image;
  }

  private static Operand<TFloat32> transposed(Ops tf, Operand<TFloat32> matrix) {
    return tf.linalg.transpose(matrix, tf.constant(new int[] {1, 0}));
  }

  /** Returns the shape of the result for {@code x}, [N, H, W, C], of known height and width. */
  public long[] resultShape(Operand<TFloat32> x) {
    int lost = convolution.kernel() - 1 - 2 * convolution.padding();
    long[] shape = x.shape().asArray();
    return new long[] {shape[0], shape[1] - lost, shape[2] - lost, convolution.outputs()};
  }

  /**
   * Returns what the kernel sees at each cell of its result, rows of it first.
   *
   * @param x [N, H, W, C]
   * @return [P, kernel·kernel·C]
   */
  public Operand<TFloat32> windows(Ops tf, Operand<TFloat32> x) {
    int kernel = convolution.kernel();
    int padding = convolution.padding();
    long cell = (long) kernel * kernel * convolution.inputs();
    Operand<TFloat32> padded = padding == 0 ? x : Padding.zeros(tf, x, padding, padding);
    long[] size = resultShape(x);
    size[3] = convolution.inputs();
    List<Operand<TFloat32>> taps = new ArrayList<>();
    for (long row = 0; row < kernel; row++) {
      for (long column = 0; column < kernel; column++) {
        taps.add(tf.slice(padded, tf.constant(new long[] {0, row, column, 0}), tf.constant(size)));
      }
    }
    Operand<TFloat32> seen = kernel == 1 ? padded : tf.concat(taps, tf.constant(3));
    return tf.reshape(seen, tf.constant(new long[] {-1, cell}));
  }
}
