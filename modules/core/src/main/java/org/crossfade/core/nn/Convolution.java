package org.crossfade.core.nn;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.autodiff.DilatedConvolution;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Precision;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * A square convolution with PyTorch's symmetric zero padding.
 *
 * @param name its parameters are {@code name.weight}, shape [kernel, kernel, inputs, outputs], and
 *     {@code name.bias}, shape [outputs]
 * @param inputs channels in
 * @param outputs channels out
 * @param kernel height and width
 * @param stride in both directions
 * @param padding zeros on every side
 * @param dilation distance of the kernel's taps
 * @param bias whether there is one
 */
public record Convolution(
    String name,
    int inputs,
    int outputs,
    int kernel,
    int stride,
    int padding,
    int dilation,
    boolean bias)
    implements ConvolutionLayer {

  /** Refuses a stride together with a dilation, which no network here has. */
  public Convolution {
    if (dilation > 1 && stride != 1) {
      throw new IllegalArgumentException(
          "convolution '%s' dilates by %d: its stride must be 1, found %d"
              .formatted(name, dilation, stride));
    }
  }

  /** Returns a convolution of stride 1 that keeps the size: the padding follows from the kernel. */
  public static Convolution same(
      String name, int inputs, int outputs, int kernel, int dilation, boolean bias) {
    return new Convolution(
        name, inputs, outputs, kernel, 1, dilation * (kernel - 1) / 2, dilation, bias);
  }

  @Override
  public List<ParameterSpec> parameters(Initializer weight, Initializer biasInitializer) {
    var specs = new ArrayList<ParameterSpec>();
    specs.add(
        ParameterSpec.weight(name + ".weight", Shape.of(kernel, kernel, inputs, outputs), weight));
    if (bias) {
      specs.add(ParameterSpec.weight(name + ".bias", Shape.of(outputs), biasInitializer));
    }
    return specs;
  }

  /** Returns the parameters with PyTorch's default initialisation. */
  public List<ParameterSpec> parameters() {
    Initializer initializer = Initializer.pytorchDefault(kernel, inputs);
    return parameters(initializer, initializer);
  }

  /**
   * Returns the convolution of {@code x}.
   *
   * @param x [N, H, W, inputs]
   * @return [N, H', W', outputs], H' = ⌊(H + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1
   */
  @Override
  public Operand<TFloat32> apply(Ops tf, Parameters parameters, Operand<TFloat32> x) {
    Operand<TFloat32> y = convolve(tf, parameters.get(name + ".weight"), x);
    return bias ? tf.nn.biasAdd(y, parameters.get(name + ".bias")) : y;
  }

  /**
   * Returns scale ⊙ convolution(x) + shift, with the scale folded into the kernel: an affine batch
   * norm behind the convolution costs no pass over the activations.
   *
   * @param scale [outputs]
   * @param shift [outputs]
   */
  @Override
  public Operand<TFloat32> applyScaled(
      Ops tf,
      Parameters parameters,
      Operand<TFloat32> x,
      Operand<TFloat32> scale,
      Operand<TFloat32> shift) {
    // When x is there, not before: TensorFlow would fold all layers' kernels first, of all passes.
    Ops inTime = tf.withControlDependencies(x);
    Operand<TFloat32> weight = inTime.math.mul(parameters.get(name + ".weight"), scale);
    return tf.nn.biasAdd(convolve(tf, weight, x), shift);
  }

  /** Returns the convolution of {@code x} with another kernel, of any number of outputs. */
  Operand<TFloat32> convolve(Ops tf, Operand<TFloat32> weight, Operand<TFloat32> x) {
    return Precision.product(tf, x, weight, (image, kernels) -> product(tf, kernels, image));
  }

  private <T extends TNumber> Operand<T> product(Ops tf, Operand<T> weight, Operand<T> x) {
    boolean same = keepsSize();
    Operand<T> padded = same || padding == 0 ? x : Padding.zeros(tf, x, padding, padding);
    // Explicit padding has no native gradient of the kernel: pad, then VALID. At stride 1 SAME is
    // the same thing without a copy.
    String rule = same ? "SAME" : "VALID";
    if (dilation > 1) {
      return DilatedConvolution.apply(tf, padded, weight, dilation, rule);
    }
    return tf.nn.conv2d(padded, weight, List.of(1L, (long) stride, (long) stride, 1L), rule);
  }

  private boolean keepsSize() {
    return stride == 1 && 2 * padding == dilation * (kernel - 1);
  }
}
