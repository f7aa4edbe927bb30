package org.crossfade.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An ONNX graph in the making. TensorFlow's maps are [N, H, W, C], ONNX's convolutions want [N, C,
 * H, W]: every map is known in the order in which it was made, and is transposed once where
 * somebody needs the other. What lies between two convolutions stays as they have it.
 */
final class Emitter {
  /** Order of the axes of a map. */
  enum Order {
    /** As in TensorFlow. */
    NATURAL,
    /** [N, C, H, W] of a tensor of four axes. */
    CHANNELS_FIRST
  }

  private static final long[] TO_CHANNELS_FIRST = {0, 3, 1, 2};
  private static final long[] TO_NATURAL = {0, 2, 3, 1};

  private final FoldedGraph graph;
  private final GraphProto.Builder onnx = GraphProto.newBuilder();
  private final Map<String, Map<Order, String>> names = new HashMap<>();
  private final Map<String, Order> made = new HashMap<>();
  private final Map<List<Long>, String> vectors = new HashMap<>();
  private final Map<List<Object>, List<String>> emitted = new HashMap<>();
  private int count;

  Emitter(FoldedGraph graph) {
    this.graph = graph;
  }

  FoldedGraph graph() {
    return graph;
  }

  GraphProto.Builder onnx() {
    return onnx;
  }

  int rank(String tensor) {
    return graph.shape(tensor).length;
  }

  /** Says under which name, and in which order of its axes, a tensor is there. */
  void define(String tensor, Order order, String name) {
    names.computeIfAbsent(tensor, t -> new EnumMap<>(Order.class)).put(order, name);
    made.putIfAbsent(tensor, order);
  }

  /** Whether a tensor was made with its channels first, so that the other order costs a copy. */
  boolean isChannelsFirst(String tensor) {
    return made.get(tensor) == Order.CHANNELS_FIRST;
  }

  String natural(String tensor) {
    return in(Order.NATURAL, tensor);
  }

  String channelsFirst(String tensor) {
    return in(Order.CHANNELS_FIRST, tensor);
  }

  String in(Order order, String tensor) {
    Map<Order, String> known = names.computeIfAbsent(tensor, t -> new EnumMap<>(Order.class));
    return known.computeIfAbsent(order, o -> made(o, tensor, known));
  }

  private String made(Order order, String tensor, Map<Order, String> known) {
    Constant constant = graph.constant(tensor);
    if (constant != null) {
      return initializer(
          tensor, order == Order.NATURAL ? constant : constant.transposed(0, 3, 1, 2));
    }
    boolean natural = order == Order.NATURAL;
    String other = known.get(natural ? Order.CHANNELS_FIRST : Order.NATURAL);
    if (other == null) {
      throw new IllegalStateException("'" + tensor + "' is read before it is made");
    }
    return emit(
        "Transpose",
        tensor,
        List.of(other),
        numbers("perm", natural ? TO_NATURAL : TO_CHANNELS_FIRST));
  }

  /** The name of a constant of this graph's own, in the file by this name or one like it. */
  String initializer(String like, Constant value) {
    String name = fresh(like);
    onnx.addInitializer(value.toProto(name));
    return name;
  }

  /** The name of a vector of whole numbers; equal ones are there once. */
  String vector(long... values) {
    return vectors.computeIfAbsent(
        Longs.asList(values), v -> initializer("numbers", Constant.of(values)));
  }

  /**
   * Adds an operation of one output and returns that output's name. What would compute the same as
   * one that is there is that one.
   */
  String emit(String type, String like, List<String> inputs, AttributeProto... attributes) {
    return emit(type, like, inputs, 1, attributes).get(0);
  }

  List<String> emit(
      String type, String like, List<String> inputs, int outputs, AttributeProto... attributes) {
    List<Object> what = List.of(type, List.copyOf(inputs), outputs, List.of(attributes));
    List<String> there = emitted.get(what);
    if (there != null) {
      return there;
    }
    var names = new ArrayList<String>();
    for (int i = 0; i < outputs; i++) {
      names.add(fresh(like));
    }
    add(type, inputs, names, attributes);
    emitted.put(what, names);
    return names;
  }

  /** Adds an operation whose output has a name that is seen from outside. */
  void emitNamed(String type, String output, List<String> inputs, AttributeProto... attributes) {
    add(type, inputs, List.of(output), attributes);
  }

  private void add(
      String type, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(type + "_" + onnx.getNodeCount())
            .addAllInput(inputs)
            .addAllOutput(outputs);
    for (AttributeProto attribute : attributes) {
      node.addAttribute(attribute);
    }
    onnx.addNode(node);
  }

  /** Names from outside end with no number, so that none is met twice; all are C identifiers. */
  private String fresh(String like) {
    String base = like.endsWith(":0") ? like.substring(0, like.length() - 2) : like;
    return base.replaceAll("[^A-Za-z0-9_]", "_") + "_" + count++;
  }

  static AttributeProto number(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto real(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto numbers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(Longs.asList(values))
        .build();
  }
}
