package org.crossfade.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crossfade.onnx.Emitter.Order;
import org.tensorflow.proto.DataType;

/** Operations that answer each element by elements of the same place. */
final class ElementwiseRules {
  private static final Map<DataType, TensorProto.DataType> TYPES =
      Map.of(
          DataType.DT_FLOAT, TensorProto.DataType.FLOAT,
          DataType.DT_DOUBLE, TensorProto.DataType.DOUBLE,
          // Sizes, as in constants.
          DataType.DT_INT32, TensorProto.DataType.INT64,
          DataType.DT_INT64, TensorProto.DataType.INT64,
          DataType.DT_UINT8, TensorProto.DataType.UINT8,
          DataType.DT_BOOL, TensorProto.DataType.BOOL);

  private ElementwiseRules() {}

  static void register(Map<String, Rule> rules) {
    for (String type : List.of("Relu", "Sigmoid", "Tanh", "Erf", "Sqrt", "Neg", "Exp", "Log")) {
      rules.put(type, (node, to) -> unary(type, node, to));
    }
    rules.put("Add", (node, to) -> several("Add", node, to));
    rules.put("AddV2", (node, to) -> several("Add", node, to));
    rules.put("BiasAdd", ElementwiseRules::biasAdd);
    rules.put("Sub", (node, to) -> several("Sub", node, to));
    rules.put("Mul", (node, to) -> several("Mul", node, to));
    rules.put("Div", (node, to) -> several("Div", node, to));
    rules.put("RealDiv", (node, to) -> several("Div", node, to));
    rules.put("FloorMod", (node, to) -> several("Mod", node, to));
    rules.put("Maximum", (node, to) -> several("Max", node, to));
    rules.put("Minimum", (node, to) -> several("Min", node, to));
    rules.put("AddN", (node, to) -> several("Sum", node, to));
    rules.put("Square", ElementwiseRules::square);
    rules.put("Rsqrt", ElementwiseRules::rsqrt);
    rules.put("Cast", ElementwiseRules::cast);
    rules.put("Identity", ElementwiseRules::identity);
  }

  /** The order in which an operation on one tensor costs no copy. */
  static Order order(String tensor, Emitter to) {
    return to.isChannelsFirst(tensor) ? Order.CHANNELS_FIRST : Order.NATURAL;
  }

  private static void unary(String type, Node node, Emitter to) {
    Order order = order(node.input(0), to);
    String x = to.in(order, node.input(0));
    to.define(node.output(), order, to.emit(type, node.output(), List.of(x)));
  }

  private static void square(Node node, Emitter to) {
    Order order = order(node.input(0), to);
    String x = to.in(order, node.input(0));
    to.define(node.output(), order, to.emit("Mul", node.output(), List.of(x, x)));
  }

  private static void rsqrt(Node node, Emitter to) {
    Order order = order(node.input(0), to);
    String root = to.emit("Sqrt", node.output(), List.of(to.in(order, node.input(0))));
    to.define(node.output(), order, to.emit("Reciprocal", node.output(), List.of(root)));
  }

  private static void cast(Node node, Emitter to) {
    TensorProto.DataType type = TYPES.get(node.dataType("DstT"));
    if (type == null) {
      throw node.refused("makes " + node.dataType("DstT") + ", which is not translated");
    }
    Order order = order(node.input(0), to);
    String x = to.in(order, node.input(0));
    to.define(
        node.output(),
        order,
        to.emit("Cast", node.output(), List.of(x), Emitter.number("to", type.getNumber())));
  }

  private static void identity(Node node, Emitter to) {
    Order order = order(node.input(0), to);
    to.define(node.output(), order, to.in(order, node.input(0)));
  }

  private static void biasAdd(Node node, Emitter to) {
    String format = node.text("data_format");
    if (!format.isEmpty() && !format.equals("NHWC")) {
      throw node.refused("has the data format " + format + "; NHWC is translated");
    }
    several("Add", node, to);
  }

  /** Operands of one size, or broadcast. */
  private static void several(String type, Node node, Emitter to) {
    Order order = order(node, to);
    List<String> operands = new ArrayList<>();
    for (String input : node.inputs()) {
      operands.add(
          order == Order.NATURAL ? to.natural(input) : besideChannelsFirst(input, node, to));
    }
    to.define(node.output(), order, to.emit(type, node.output(), operands));
  }

  /** Channels first where one operand is so, and the others can be. */
  private static Order order(Node node, Emitter to) {
    boolean wanted = node.inputs().stream().anyMatch(to::isChannelsFirst);
    boolean possible =
        node.inputs().stream().map(to::rank).allMatch(rank -> rank <= 1 || rank == 4);
    return wanted && possible ? Order.CHANNELS_FIRST : Order.NATURAL;
  }

  /** An operand as it is broadcast over [N, C, H, W]: one axis is that of the channels. */
  private static String besideChannelsFirst(String tensor, Node node, Emitter to) {
    return switch (to.rank(tensor)) {
      case 0 -> to.natural(tensor);
      case 4 -> to.channelsFirst(tensor);
      default -> {
        Constant constant = to.graph().constant(tensor);
        yield constant != null
            ? to.initializer(tensor, constant.reshaped(constant.shape()[0], 1, 1))
            : to.emit("Unsqueeze", node.output(), List.of(to.natural(tensor), to.vector(1, 2)));
      }
    };
  }
}
