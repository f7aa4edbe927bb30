package org.crossfade.core.nn;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Precision;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * A 3x3 convolution of every channel with a kernel of its own, of stride 1, that keeps the size:
 * PyTorch's {@code Conv2d} with as many groups as channels and padding = dilation.
 *
 * <p>Its weight has the shape [3, 3, 1, channels], which is PyTorch's [channels, 1, 3, 3] in HWIO.
 * In memory that is the [3, 3, channels, 1] of TensorFlow's operation.
 *
 * @param name its parameters are {@code name.weight} and {@code name.bias}, shape [channels]
 * @param channels in and out
 * @param dilation distance of the kernel's taps, at least 1
 * @param bias whether there is one
 */
public record DepthwiseConvolution(String name, int channels, int dilation, boolean bias)
    implements ConvolutionLayer {
  private static final int KERNEL = 3;
  private static final List<Long> STRIDES = List.of(1L, 1L, 1L, 1L);

  @Override
  public List<ParameterSpec> parameters(Initializer weight, Initializer biasInitializer) {
    var specs = new ArrayList<ParameterSpec>();
    specs.add(
        ParameterSpec.weight(name + ".weight", Shape.of(KERNEL, KERNEL, 1, channels), weight));
    if (bias) {
      specs.add(ParameterSpec.weight(name + ".bias", Shape.of(channels), biasInitializer));
    }
    return specs;
  }

  @Override
  public Operand<TFloat32> apply(Ops tf, Parameters parameters, Operand<TFloat32> x) {
    Operand<TFloat32> y = convolve(tf, parameters.get(name + ".weight"), x);
    return bias ? tf.nn.biasAdd(y, parameters.get(name + ".bias")) : y;
  }

  @Override
  public Operand<TFloat32> applyScaled(
      Ops tf,
      Parameters parameters,
      Operand<TFloat32> x,
      Operand<TFloat32> scale,
      Operand<TFloat32> shift) {
    Operand<TFloat32> weight = tf.math.mul(parameters.get(name + ".weight"), scale);
    return tf.nn.biasAdd(convolve(tf, weight, x), shift);
  }

  private Operand<TFloat32> convolve(Ops tf, Operand<TFloat32> weight, Operand<TFloat32> x) {
    return Precision.product(tf, x, weight, (image, kernels) -> product(tf, kernels, image));
  }

  private <T extends TNumber> Operand<T> product(Ops tf, Operand<T> weight, Operand<T> x) {
    Operand<T> kernel = tf.reshape(weight, tf.constant(new int[] {KERNEL, KERNEL, channels, 1}));
    if (dilation == 1) {
      return tf.nn.depthwiseConv2dNative(x, kernel, STRIDES, "SAME");
    }
    // The operation itself does not dilate on the CPU. Every dilation-th row and column is an image
    // of its own, which an undilated convolution sees.
    if (!MapSize.isKnown(x)) {
      return convolveOfAnySize(tf, kernel, x);
    }
    int height = (int) x.shape().get(1);
    int width = (int) x.shape().get(2);
    int bottom = dilation + missing(height);
    int right = dilation + missing(width);
    var spread =
        tf.spaceToBatchNd(
            x,
            tf.constant(new int[] {dilation, dilation}),
            tf.constant(new int[][] {{dilation, bottom}, {dilation, right}}));
    var convolved = tf.nn.depthwiseConv2dNative(spread, kernel, STRIDES, "VALID");
    return tf.batchToSpaceNd(
        convolved,
        tf.constant(new int[] {dilation, dilation}),
        tf.constant(new int[][] {{0, missing(height)}, {0, missing(width)}}));
  }

  /** The same where the run knows the size alone. */
  private <T extends TNumber> Operand<T> convolveOfAnySize(
      Ops tf, Operand<T> kernel, Operand<T> x) {
    Operand<TInt32> distance = tf.constant(new int[] {dilation, dilation});
    Operand<TInt32> none = tf.constant(new int[] {0, 0});
    Operand<TInt32> missing = tf.math.floorMod(tf.math.neg(MapSize.of(tf, x)), distance);
    Operand<TInt32> after = tf.math.add(missing, distance);
    var spread = tf.spaceToBatchNd(x, distance, tf.stack(List.of(distance, after), Stack.axis(1L)));
    var convolved = tf.nn.depthwiseConv2dNative(spread, kernel, STRIDES, "VALID");
    return tf.batchToSpaceNd(convolved, distance, tf.stack(List.of(none, missing), Stack.axis(1L)));
  }

  /** What {@code size} lacks to a multiple of the dilation. */
  private int missing(int size) {
    return (dilation - size % dilation) % dilation;
  }
}
