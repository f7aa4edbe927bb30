package org.crossfade.autodiff;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Convolutions with any stride, dilation and padding, explicit padding included, and depthwise
 * ones.
 *
 * <p>The convolution y = x ∗ w, the pull back of a gradient to x, and that to w are three functions
 * of two out of (x, w, ȳ), linear in each; the derivatives of one are the two others.
 */
final class ConvolutionRules {
  private ConvolutionRules() {}

  static void register() {
    family(
        "Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter", ConvolutionRules::spreadBackward);
    family(
        "DepthwiseConv2dNative",
        "DepthwiseConv2dNativeBackpropInput",
        "DepthwiseConv2dNativeBackpropFilter",
        step -> false);
    GradientRegistry.register("BiasAdd", ConvolutionRules::biasBackward, step -> biasForward(step));
    GradientRegistry.register("BiasAddGrad", ConvolutionRules::biasGradBackward, Linear.in(0));
  }

  /** Another way for some operations of a type; answers whether it was taken. */
  private interface Detour {
    boolean taken(BackwardStep step);
  }

  private static void family(String forward, String toInput, String toKernel, Detour detour) {
    GradientRegistry.register(
        forward,
        step -> {
          if (!detour.taken(step)) {
            Operand<TNumber> x = step.input(0);
            Operand<TNumber> w = step.input(1);
            giveProduct(step, 0, toInput, Shapes.of(step.tf(), x), w, step.gradient(0));
            giveProduct(step, 1, toKernel, x, Shapes.of(step.tf(), w), step.gradient(0));
          }
        },
        Linear.inEach(0, 1));
    GradientRegistry.register(
        toInput,
        step -> {
          Operand<TNumber> w = step.input(1);
          Operand<TNumber> g = step.gradient(0);
          giveProduct(step, 1, toKernel, g, Shapes.of(step.tf(), w), step.input(2));
          giveProduct(step, 2, forward, g, w);
        },
        Linear.inEach(1, 2));
    GradientRegistry.register(
        toKernel,
        step -> {
          Operand<TNumber> x = step.input(0);
          Operand<TNumber> g = step.gradient(0);
          giveProduct(step, 0, toInput, Shapes.of(step.tf(), x), g, step.input(2));
          giveProduct(step, 2, forward, x, g);
        },
        Linear.inEach(0, 2));
  }

  private static void giveProduct(BackwardStep step, int input, String type, Operand<?>... of) {
    if (step.wants(input)) {
      step.give(input, Node.like(step.tf(), type, step.operation(), of));
    }
  }

  /**
   * TensorFlow's kernels for CPUs can't pull gradients back through dilated convolutions. oneDNN's
   * can, and it has single precision, and half precision where the processor computes it. In double
   * precision the kernel is spread with zeros first.
   */
  private static boolean spreadBackward(BackwardStep step) {
    GraphOperation operation = step.operation();
    long[] dilations = operation.attributes().getAttrIntList("dilations");
    boolean dilated = Arrays.stream(dilations).anyMatch(d -> d > 1);
    if (!dilated || operation.output(0).dataType() != DataType.DT_DOUBLE) {
      return false;
    }
    boolean channelsLast = operation.attributes().getAttrString("data_format").equals("NHWC");
    int rows = (int) dilations[channelsLast ? 1 : 2];
    int columns = (int) dilations[channelsLast ? 2 : 3];
    AttrValue ones =
        AttrValue.newBuilder()
            .setList(AttrValue.ListValue.newBuilder().addAllI(List.of(1L, 1L, 1L, 1L)))
            .build();
    var undilated = Node.attributes(operation, Map.of("dilations", ones));
    Composed spread =
        (tf, original, in) -> {
          Operand<TNumber> kernel = spread(tf, spread(tf, in.get(1), 0, rows), 1, columns);
          return List.of(
              Node.number(
                  Node.build(tf, "Conv2D", undilated, List.of(in.get(0), kernel)).output(0)));
        };
    spread.backward(step);
    return true;
  }

  /** Returns {@code kernel} with {@code factor} − 1 zeros between its elements along an axis. */
  private static Operand<TNumber> spread(Ops tf, Operand<TNumber> kernel, int axis, int factor) {
    int[][] pads = new int[5][2];
    pads[axis + 1][1] = factor - 1;
    Operand<TNumber> padded =
        tf.pad(
            tf.expandDims(kernel, tf.constant(axis + 1)),
            tf.constant(pads),
            Shapes.constant(tf, 0, kernel));
    int[] growth = {1, 1, 1, 1};
    growth[axis] = factor;
    int[] cut = new int[4];
    cut[axis] = factor - 1;
    Operand<TInt32> joined = tf.math.mul(Shapes.of(tf, kernel), tf.constant(growth));
    return tf.slice(
        tf.reshape(padded, joined), tf.constant(new int[4]), tf.math.sub(joined, tf.constant(cut)));
  }

  private static void biasBackward(BackwardStep step) {
    step.give(0, step.gradient(0));
    if (step.wants(1)) {
      step.give(1, Node.like(step.tf(), "BiasAddGrad", step.operation(), step.gradient(0)));
    }
  }

  private static void biasForward(ForwardStep step) {
    if (step.hasTangent(1)) {
      Linear.in(0, 1).forward(step);
    } else {
      step.give(0, step.tangent(0));
    }
  }

  /** BiasAddGrad sums over all axes but the channels: its gradient is repeated along them. */
  private static void biasGradBackward(BackwardStep step) {
    Ops tf = step.tf();
    Operand<TNumber> g = step.gradient(0);
    if (step.operation().attributes().getAttrString("data_format").equals("NCHW")) {
      int[] shape = new int[step.input(0).shape().numDimensions() - 1];
      Arrays.fill(shape, 1);
      shape[0] = -1;
      g = tf.reshape(g, tf.constant(shape));
    }
    step.give(0, Shapes.broadcastTo(tf, g, step.input(0)));
  }
}
