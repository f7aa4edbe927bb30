package org.crossfade.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.common.primitives.Longs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crossfade.onnx.Emitter.Order;

/** Operations whose windows slide over maps. */
final class ConvolutionRules {
  private static final String SAME = "SAME";
  private static final String VALID = "VALID";

  private ConvolutionRules() {}

  static void register(Map<String, Rule> rules) {
    rules.put("Conv2D", ConvolutionRules::convolution);
    rules.put("DepthwiseConv2dNative", ConvolutionRules::convolution);
    rules.put("MaxPool", ConvolutionRules::maxPool);
    rules.put("MaxPoolV2", ConvolutionRules::maxPool);
    rules.put("ResizeBilinear", ConvolutionRules::resize);
    rules.put("FusedBatchNormV3", ConvolutionRules::batchNorm);
  }

  private static void convolution(Node node, Emitter to) {
    List<Long> dilations = node.numbers("dilations");
    long[] dilation =
        dilations.isEmpty() ? new long[] {1, 1} : new long[] {dilations.get(1), dilations.get(2)};
    convolution(node, to, node.input(0), node.output(), dilation, new long[4]);
  }

  /**
   * Adds a convolution.
   *
   * @param node Conv2D or DepthwiseConv2dNative
   * @param input what it sees
   * @param output the tensor that is defined
   * @param pads zeros around the input beside those that {@code SAME} says: top, left, bottom,
   *     right
   */
  static void convolution(
      Node node, Emitter to, String input, String output, long[] dilation, long[] pads) {
    requireFormat(node);
    Constant kernel = to.graph().constant(node.input(1));
    if (kernel == null) {
      throw node.refused("has a kernel that depends on the image");
    }
    long[] size = {kernel.shape()[0], kernel.shape()[1]};
    long channels = to.graph().shape(input)[3];
    boolean depthwise = node.type().equals("DepthwiseConv2dNative");
    long groups = depthwise ? channels : channels / kernel.shape()[2];
    if (groups < 1) {
      throw node.refused("has an input of an unknown number of channels");
    }
    // [h, w, C, m] is in memory [h, w, 1, C·m].
    Constant hwio =
        depthwise ? kernel.reshaped(size[0], size[1], 1, channels * kernel.shape()[3]) : kernel;
    List<Long> strides = node.numbers("strides");
    long[] stride = {strides.get(1), strides.get(2)};
    var attributes = new ArrayList<AttributeProto>();
    attributes.add(Emitter.numbers("kernel_shape", size));
    attributes.add(Emitter.numbers("strides", stride));
    attributes.add(Emitter.numbers("dilations", dilation));
    attributes.add(Emitter.number("group", groups));
    attributes.add(padding(node, to.graph().shape(input), size, stride, dilation, pads));
    String weight = to.initializer(node.input(1), hwio.transposed(3, 2, 0, 1));
    to.define(
        output,
        Order.CHANNELS_FIRST,
        to.emit(
            "Conv",
            output,
            List.of(to.channelsFirst(input), weight),
            attributes.toArray(AttributeProto[]::new)));
  }

  /**
   * The zeros around an input. TensorFlow's SAME puts what is odd behind, and how many there are
   * follows from the size where the stride is not 1: unless it is known, the run has to find out.
   */
  private static AttributeProto padding(
      Node node, long[] input, long[] size, long[] stride, long[] dilation, long[] pads) {
    String rule = node.text("padding");
    if (rule.equals(VALID)) {
      return Emitter.numbers("pads", pads);
    }
    if (!rule.equals(SAME)) {
      throw node.refused("pads by the rule " + rule + "; SAME and VALID are translated");
    }
    long[] same = pads.clone();
    for (int axis = 0; axis < 2; axis++) {
      long reach = (size[axis] - 1) * dilation[axis] + 1;
      long extent = input[axis + 1];
      if (extent < 0 && stride[axis] != 1) {
        return Emitter.text("auto_pad", "SAME_UPPER");
      }
      long total =
          stride[axis] == 1
              ? reach - 1
              : Math.max((ceil(extent, stride[axis]) - 1) * stride[axis] + reach - extent, 0);
      same[axis] += total / 2;
      same[axis + 2] += total - total / 2;
    }
    return Emitter.numbers("pads", same);
  }

  private static long ceil(long a, long b) {
    return (a + b - 1) / b;
  }

  private static void maxPool(Node node, Emitter to) {
    requireFormat(node);
    List<Long> size = sizes(node, to, "ksize", 1);
    List<Long> strides = sizes(node, to, "strides", 2);
    if (size.get(0) != 1 || size.get(3) != 1) {
      throw node.refused("pools over channels or images");
    }
    long[] window = {size.get(1), size.get(2)};
    long[] stride = {strides.get(1), strides.get(2)};
    String input = node.input(0);
    to.define(
        node.output(),
        Order.CHANNELS_FIRST,
        to.emit(
            "MaxPool",
            node.output(),
            List.of(to.channelsFirst(input)),
            Emitter.numbers("kernel_shape", window),
            Emitter.numbers("strides", stride),
            padding(
                node, to.graph().shape(input), window, stride, new long[] {1, 1}, new long[4])));
  }

  /** An attribute, or in the second version of the operation an input. */
  private static List<Long> sizes(Node node, Emitter to, String attribute, int input) {
    if (node.inputs().size() == 1) {
      return node.numbers(attribute);
    }
    Constant constant = to.graph().constant(node.input(input));
    if (constant == null) {
      throw node.refused("has a window that depends on the image");
    }
    return Longs.asList(constant.longs());
  }

  private static void resize(Node node, Emitter to) {
    boolean corners = node.flag("align_corners");
    if (!corners && !node.flag("half_pixel_centers")) {
      throw node.refused("neither aligns corners nor has its centres in the middle of pixels");
    }
    String x = to.channelsFirst(node.input(0));
    String kept =
        to.emit(
            "Shape",
            node.output(),
            List.of(x),
            Emitter.number("start", 0),
            Emitter.number("end", 2));
    String sizes =
        to.emit(
            "Concat",
            node.output(),
            List.of(kept, to.natural(node.input(1))),
            Emitter.number("axis", 0));
    to.define(
        node.output(),
        Order.CHANNELS_FIRST,
        to.emit(
            "Resize",
            node.output(),
            List.of(x, "", "", sizes),
            Emitter.text("mode", "linear"),
            Emitter.text(
                "coordinate_transformation_mode", corners ? "align_corners" : "half_pixel")));
  }

  private static void batchNorm(Node node, Emitter to) {
    requireFormat(node);
    if (node.flag("is_training")) {
      throw node.refused("normalises by the statistics of its batch");
    }
    List<String> inputs = new ArrayList<>();
    inputs.add(to.channelsFirst(node.input(0)));
    for (String parameter : node.inputs().subList(1, 5)) {
      inputs.add(to.natural(parameter));
    }
    to.define(
        node.output(),
        Order.CHANNELS_FIRST,
        to.emit(
            "BatchNormalization",
            node.output(),
            inputs,
            Emitter.real("epsilon", node.real("epsilon"))));
  }

  private static void requireFormat(Node node) {
    String format = node.text("data_format");
    if (!format.isEmpty() && !format.equals("NHWC")) {
      throw node.refused("has the data format " + format + "; NHWC is translated");
    }
  }
}
