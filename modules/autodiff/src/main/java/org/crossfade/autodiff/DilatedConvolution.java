package org.crossfade.autodiff;

import java.util.List;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.op.nn.Conv2dBackpropFilter;
import org.tensorflow.op.nn.Conv2dBackpropInput;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Dilated convolutions with gradients of any order.
 *
 * <p>TensorFlow's native gradient of {@code Conv2D} forgets the dilation: it differentiates the
 * undilated convolution, without an error where padding is {@code SAME}. An operation that has a
 * native gradient can't be given another one, so the convolution's value is carried through an
 * {@code IdentityN} beside its two operands, and {@code IdentityN}, which has none, is given the
 * right one. The gradients are themselves carried convolutions; the three kinds are closed under
 * differentiation.
 */
public final class DilatedConvolution {
  private static final String FORWARD = "Conv2D";
  private static final String TO_INPUT = "Conv2DBackpropInput";
  private static final String TO_KERNEL = "Conv2DBackpropFilter";

  private final List<Long> strides;
  private final List<Long> dilations;
  private final String padding;

  private DilatedConvolution(List<Long> strides, List<Long> dilations, String padding) {
    this.strides = strides;
    this.dilations = dilations;
    this.padding = padding;
  }

  /**
   * Returns the convolution of {@code x}, stride 1.
   *
   * @param x [N, H, W, C]
   * @param kernel [k, k, C, C']
   * @param dilation distance of the kernel's taps, at least 1
   * @param padding {@code SAME} or {@code VALID}
   * @return [N, H', W', C']
   */
  public static Operand<TFloat32> apply(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> kernel, int dilation, String padding) {
    return new DilatedConvolution(
            List.of(1L, 1L, 1L, 1L), List.of(1L, (long) dilation, (long) dilation, 1L), padding)
        .forward(tf, x, kernel);
  }

  /** The gradient of {@code IdentityN}: of a carried convolution, or the identity. */
  static List<Operand<?>> inputGradients(
      Ops tf, GraphOperation op, List<Output<?>> outputGradients) {
    GraphOperation carried = carried(op);
    if (carried == null) {
      throw new UnsupportedOperationException(
          "IdentityN '" + op.name() + "' carries no convolution; only those have a gradient");
    }
    var attributes = carried.attributes();
    var convolution =
        new DilatedConvolution(
            boxed(attributes.getAttrIntList("strides")),
            boxed(attributes.getAttrIntList("dilations")),
            attributes.getAttrString("padding"));
    Operand<TFloat32> g = outputGradients.get(0).expect(TFloat32.class);
    Operand<TFloat32> a = op.input(1).expect(TFloat32.class);
    Operand<TFloat32> b = op.input(2).expect(TFloat32.class);
    Operand<?> none = tf.zerosLike(op.input(0));
    // (a, b) are (x, kernel), (kernel, gradient) and (x, gradient).
    return switch (carried.type()) {
      case FORWARD ->
          List.of(
              none,
              convolution.toInput(tf, tf.shape(a), b, g),
              convolution.toKernel(tf, a, tf.shape(b), g));
      case TO_INPUT ->
          List.of(none, convolution.toKernel(tf, g, tf.shape(a), b), convolution.forward(tf, g, a));
      default ->
          List.of(none, convolution.toInput(tf, tf.shape(a), g, b), convolution.forward(tf, a, g));
    };
  }

  private Operand<TFloat32> forward(Ops tf, Operand<TFloat32> x, Operand<TFloat32> kernel) {
    return carry(
        tf, tf.nn.conv2d(x, kernel, strides, padding, Conv2d.dilations(dilations)), x, kernel);
  }

  private Operand<TFloat32> toInput(
      Ops tf, Operand<TInt32> size, Operand<TFloat32> kernel, Operand<TFloat32> gradient) {
    return carry(
        tf,
        tf.nn.conv2dBackpropInput(
            size, kernel, gradient, strides, padding, Conv2dBackpropInput.dilations(dilations)),
        kernel,
        gradient);
  }

  private Operand<TFloat32> toKernel(
      Ops tf, Operand<TFloat32> x, Operand<TInt32> size, Operand<TFloat32> gradient) {
    return carry(
        tf,
        tf.nn.conv2dBackpropFilter(
            x, size, gradient, strides, padding, Conv2dBackpropFilter.dilations(dilations)),
        x,
        gradient);
  }

  private static Operand<TFloat32> carry(
      Ops tf, Operand<TFloat32> value, Operand<TFloat32> a, Operand<TFloat32> b) {
    return tf.identityN(List.of(tf.stopGradient(value), a, b))
        .iterator()
        .next()
        .asOutput()
        .expect(TFloat32.class);
  }

  private static GraphOperation carried(GraphOperation op) {
    if (op.numInputs() != 3 || !(op.input(0).op() instanceof GraphOperation stop)) {
      return null;
    }
    boolean stopped = stop.type().equals("StopGradient");
    return stopped
            && stop.input(0).op() instanceof GraphOperation convolution
            && Set.of(FORWARD, TO_INPUT, TO_KERNEL).contains(convolution.type())
        ? convolution
        : null;
  }

  private static List<Long> boxed(long[] values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }
}
