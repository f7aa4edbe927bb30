package org.crossfade.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crossfade.onnx.Emitter.Order;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Translates a TensorFlow graph without variables into an ONNX graph of operator set {@value
 * #OPERATOR_SET}. What no input changes is computed first and becomes an initializer.
 */
final class GraphTranslation {
  /** The version of ONNX's operators that files are written for. */
  static final int OPERATOR_SET = 17;

  private static final Map<String, Rule> RULES = rules();

  private GraphTranslation() {}

  private static Map<String, Rule> rules() {
    Map<String, Rule> rules = new HashMap<>();
    ElementwiseRules.register(rules);
    ConvolutionRules.register(rules);
    ShapeRules.register(rules);
    ReductionRules.register(rules);
    return Map.copyOf(rules);
  }

  /**
   * An input or output as it is seen from outside.
   *
   * @param name in the ONNX file
   * @param value in the TensorFlow graph, uint8 or float32
   * @param sizes a name for each size that the run alone knows, by its axis
   */
  record Port(String name, Operand<?> value, List<String> sizes) {
    private String tensor() {
      var output = value.asOutput();
      return output.op().name() + ":" + output.index();
    }

    private ValueInfoProto info() {
      TensorProto.DataType type =
          value.type().equals(TUint8.class)
              ? TensorProto.DataType.UINT8
              : value.type().equals(TFloat32.class) ? TensorProto.DataType.FLOAT : null;
      if (type == null) {
        throw new IllegalArgumentException(
            "'" + name + "' is " + value.type().getSimpleName() + "; expected uint8 or float32");
      }
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      long[] known = value.shape().asArray();
      for (int axis = 0; axis < known.length; axis++) {
        var dimension = TensorShapeProto.Dimension.newBuilder();
        shape.addDim(
            known[axis] < 0
                ? dimension.setDimParam(sizes.get(axis))
                : dimension.setDimValue(known[axis]));
      }
      return ValueInfoProto.newBuilder()
          .setName(name)
          .setType(
              TypeProto.newBuilder()
                  .setTensorType(
                      TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
          .build();
    }
  }

  /**
   * Returns the ONNX graph.
   *
   * @param inputs placeholders
   * @throws IllegalArgumentException if an operation has no translation; the message has its kind
   *     and its name
   */
  static GraphProto of(Graph graph, List<Port> inputs, List<Port> outputs) {
    try (var folded = new FoldedGraph(graph, outputs.stream().map(Port::tensor).toList())) {
      var patterns = new Patterns(folded);
      var emitter = new Emitter(folded);
      emitter.onnx().setName("crossfade");
      for (Port input : inputs) {
        emitter.onnx().addInput(input.info());
        emitter.define(input.tensor(), Order.NATURAL, input.name());
      }
      Set<String> own = new HashSet<>(inputs.stream().map(Port::tensor).toList());
      for (Node node : needed(folded, patterns, outputs)) {
        if (!own.contains(node.output())) {
          rule(node, patterns).emit(node, emitter);
        }
      }
      for (Port output : outputs) {
        emitter.onnx().addOutput(output.info());
        emitter.emitNamed("Identity", output.name(), List.of(emitter.natural(output.tensor())));
      }
      return emitter.onnx().build();
    }
  }

  private static Rule rule(Node node, Patterns patterns) {
    return patterns
        .at(node)
        .map(Patterns.Fused::rule)
        .or(() -> Optional.ofNullable(RULES.get(node.type())))
        .orElseThrow(() -> node.refused("has no translation"));
  }

  /** The nodes that are left where patterns are one each. */
  private static List<Node> needed(FoldedGraph graph, Patterns patterns, List<Port> outputs) {
    Map<String, Node> all = new LinkedHashMap<>();
    graph.nodes().forEach(node -> all.put(node.name(), node));
    Set<String> read = new HashSet<>();
    outputs.forEach(output -> read.add(FoldedGraph.nodeOf(output.tensor())));
    List<Node> backwards = new ArrayList<>(all.values());
    Collections.reverse(backwards);
    List<Node> needed = new ArrayList<>();
    for (Node node : backwards) {
      if (read.contains(node.name())) {
        needed.add(node);
        List<String> sources = patterns.at(node).map(Patterns.Fused::sources).orElse(node.inputs());
        sources.forEach(source -> read.add(FoldedGraph.nodeOf(source)));
      }
    }
    Collections.reverse(needed);
    return needed;
  }
}
