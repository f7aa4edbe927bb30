package org.crossfade.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.crossfade.onnx.Emitter.Order;

/** Products of matrices, means, softmax and the place of the largest value. */
final class ReductionRules {
  private ReductionRules() {}

  static void register(Map<String, Rule> rules) {
    rules.put("MatMul", ReductionRules::matMul);
    rules.put("BatchMatMul", ReductionRules::batchMatMul);
    rules.put("BatchMatMulV2", ReductionRules::batchMatMul);
    rules.put("BatchMatMulV3", ReductionRules::batchMatMul);
    rules.put("Mean", ReductionRules::mean);
    rules.put("Softmax", ReductionRules::softmax);
    rules.put("ArgMax", ReductionRules::argMax);
  }

  private static void matMul(Node node, Emitter to) {
    product(node, to, node.flag("transpose_a"), node.flag("transpose_b"));
  }

  private static void batchMatMul(Node node, Emitter to) {
    product(node, to, node.flag("adj_x"), node.flag("adj_y"));
  }

  private static void product(Node node, Emitter to, boolean turnA, boolean turnB) {
    to.define(
        node.output(),
        Order.NATURAL,
        to.emit(
            "MatMul",
            node.output(),
            List.of(matrix(node.input(0), turnA, to), matrix(node.input(1), turnB, to))));
  }

  private static String matrix(String tensor, boolean turned, Emitter to) {
    if (!turned) {
      return to.natural(tensor);
    }
    int rank = to.rank(tensor);
    int[] order = new int[rank];
    Arrays.setAll(order, i -> i);
    order[rank - 1] = rank - 2;
    order[rank - 2] = rank - 1;
    Constant constant = to.graph().constant(tensor);
    return constant != null
        ? to.initializer(tensor, constant.transposed(order))
        : to.emit(
            "Transpose",
            tensor,
            List.of(to.natural(tensor)),
            Emitter.numbers("perm", Arrays.stream(order).asLongStream().toArray()));
  }

  private static void mean(Node node, Emitter to) {
    String x = node.input(0);
    boolean kept = node.flag("keep_dims");
    // Axes that vanish would leave an order that has no name.
    Order order = kept ? ElementwiseRules.order(x, to) : Order.NATURAL;
    int rank = to.rank(x);
    long[] axes = ShapeRules.constant(node, 1, to).longs().clone();
    Arrays.setAll(axes, i -> ShapeRules.axis(axes[i], rank, order));
    to.define(
        node.output(),
        order,
        to.emit(
            "ReduceMean",
            node.output(),
            List.of(to.in(order, x)),
            Emitter.numbers("axes", axes),
            Emitter.number("keepdims", kept ? 1 : 0)));
  }

  private static void softmax(Node node, Emitter to) {
    to.define(
        node.output(),
        Order.NATURAL,
        to.emit(
            "Softmax",
            node.output(),
            List.of(to.natural(node.input(0))),
            Emitter.number("axis", -1)));
  }

  private static void argMax(Node node, Emitter to) {
    to.define(
        node.output(),
        Order.NATURAL,
        to.emit(
            "ArgMax",
            node.output(),
            List.of(to.natural(node.input(0))),
            Emitter.number("axis", ShapeRules.constant(node, 1, to).longs()[0]),
            Emitter.number("keepdims", 0)));
  }
}
