package org.crossfade.autodiff;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** Products of matrices, alone and in batches that may be broadcast. */
final class MatrixRules {
  private MatrixRules() {}

  static void register() {
    product("MatMul", "transpose_a", "transpose_b");
    product("BatchMatMul", "adj_x", "adj_y");
    product("BatchMatMulV2", "adj_x", "adj_y");
    product("BatchMatMulV3", "adj_x", "adj_y");
  }

  private static void product(String type, String leftFlag, String rightFlag) {
    GradientRegistry.register(
        type,
        step -> {
          var attributes = step.operation().attributes();
          boolean left = attributes.getAttrBool(leftFlag);
          boolean right = attributes.getAttrBool(rightFlag);
          var a = step.input(0);
          var b = step.input(1);
          var g = step.gradient(0);
          var product = new Product(step.tf(), step, type, leftFlag, rightFlag);
          if (step.wants(0)) {
            var full = left ? product.of(b, right, g, true) : product.of(g, false, b, !right);
            step.give(0, product.sumTo(full, a));
          }
          if (step.wants(1)) {
            var full = right ? product.of(g, true, a, left) : product.of(a, !left, g, false);
            step.give(1, product.sumTo(full, b));
          }
        },
        Linear.inEach(0, 1));
  }

  /** Products of the same type as one operation. */
  private record Product(
      Ops tf, OperationStep step, String type, String leftFlag, String rightFlag) {
    Operand<TNumber> of(
        Operand<TNumber> a, boolean transposeA, Operand<TNumber> b, boolean transposeB) {
      var attributes =
          Node.attributes(
              step.operation(),
              Map.of(leftFlag, Node.bool(transposeA), rightFlag, Node.bool(transposeB)));
      return Node.number(Node.build(tf, type, attributes, List.of(a, b)).output(0));
    }

    /** Only batches are broadcast; MatMul has none. */
    Operand<TNumber> sumTo(Operand<TNumber> full, Operand<TNumber> like) {
      return type.equals("MatMul") ? full : Shapes.sumTo(tf, full, like);
    }
  }
}
