package org.crossfade.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * What of a graph without variables depends on its inputs, in order; everything else is computed,
 * once. Control dependencies, which only order the use of memory, are left out.
 */
final class FoldedGraph implements AutoCloseable {
  private static final String PLACEHOLDER = "Placeholder";

  private final Graph graph;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Constant> constants;

  /**
   * Folds a graph.
   *
   * @param whole the graph, which stays as it is
   * @param outputs tensors that are wanted, {@code name:index}
   */
  FoldedGraph(Graph whole, List<String> outputs) {
    GraphDef plain = withoutControlDependencies(whole.toGraphDef());
    this.graph = new Graph();
    graph.importGraphDef(plain);
    var all = new LinkedHashMap<String, Node>();
    for (NodeDef def : plain.getNodeList()) {
      all.put(
          def.getName(),
          new Node(def, def.getInputList().stream().map(FoldedGraph::tensor).toList()));
    }
    Set<String> reached = reached(all, outputs);
    var varying = new HashSet<String>();
    var constantTensors = new LinkedHashSet<String>();
    for (Node node : all.values()) {
      boolean varies =
          node.type().equals(PLACEHOLDER)
              || node.inputs().stream().anyMatch(input -> varying.contains(nodeOf(input)));
      if (!varies || !reached.contains(node.name())) {
        continue;
      }
      varying.add(node.name());
      nodes.put(node.name(), node);
      node.inputs().stream()
          .filter(input -> !varying.contains(nodeOf(input)))
          .forEach(constantTensors::add);
    }
    outputs.stream().filter(o -> !varying.contains(nodeOf(o))).forEach(constantTensors::add);
    this.constants = computed(graph, constantTensors);
  }

  private static GraphDef withoutControlDependencies(GraphDef def) {
    GraphDef.Builder plain = def.toBuilder().clearNode();
    for (NodeDef node : def.getNodeList()) {
      NodeDef.Builder copy = node.toBuilder().clearInput();
      node.getInputList().stream().filter(i -> !i.startsWith("^")).forEach(copy::addInput);
      plain.addNode(copy);
    }
    return plain.build();
  }

  private static Set<String> reached(Map<String, Node> all, List<String> outputs) {
    var reached = new HashSet<String>();
    Deque<String> waiting = new ArrayDeque<>(outputs);
    while (!waiting.isEmpty()) {
      String name = nodeOf(waiting.pop());
      if (reached.add(name)) {
        waiting.addAll(all.get(name).inputs());
      }
    }
    return reached;
  }

  private static Map<String, Constant> computed(Graph graph, Set<String> tensors) {
    var computed = new HashMap<String, Constant>();
    if (tensors.isEmpty()) {
      return computed;
    }
    List<String> names = new ArrayList<>(tensors);
    try (var session = new Session(graph)) {
      Session.Runner runner = session.runner();
      names.forEach(name -> runner.fetch(nodeOf(name), indexOf(name)));
      try (var result = runner.run()) {
        for (int i = 0; i < names.size(); i++) {
          computed.put(names.get(i), Constant.of(names.get(i), result.get(i)));
        }
      }
    }
    return computed;
  }

  /** The operations, each behind those that it reads. */
  Iterable<Node> nodes() {
    return nodes.values();
  }

  /** The operation that a tensor comes from; null for a constant. */
  Node producer(String tensor) {
    return nodes.get(nodeOf(tensor));
  }

  /** The value of a constant tensor; null for another. */
  Constant constant(String tensor) {
    return constants.get(tensor);
  }

  /** The sizes of a tensor, -1 where the run knows them alone. */
  long[] shape(String tensor) {
    Constant constant = constants.get(tensor);
    return constant != null
        ? constant.shape()
        : graph.operation(nodeOf(tensor)).output(indexOf(tensor)).shape().asArray();
  }

  /** The full name of an input of a definition: {@code name} is {@code name:0}. */
  static String tensor(String input) {
    return input.indexOf(':') < 0 ? input + ":0" : input;
  }

  static String nodeOf(String tensor) {
    return tensor.substring(0, tensor.indexOf(':'));
  }

  private static int indexOf(String tensor) {
    return Integer.parseInt(tensor.substring(tensor.indexOf(':') + 1));
  }

  @Override
  public void close() {
    graph.close();
  }
}
