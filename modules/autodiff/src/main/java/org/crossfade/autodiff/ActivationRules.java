package org.crossfade.autodiff;

import org.crossfade.autodiff.BroadcastRules.Partial;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * Activations, and the operations that their gradients are made of: each is a function of two
 * operands, linear in the one that carries the gradient.
 */
final class ActivationRules {
  private ActivationRules() {}

  static void register() {
    rectifiers();
    sigmoids();
    roots();
  }

  private static void rectifiers() {
    ElementwiseRules.unary("Relu", (s, x, y, t) -> Node.of(s.tf(), "ReluGrad", t, y));
    ElementwiseRules.unary("Relu6", (s, x, y, t) -> Node.of(s.tf(), "Relu6Grad", t, y));
    ElementwiseRules.unary(
        "LeakyRelu", (s, x, y, t) -> Node.like(s.tf(), "LeakyReluGrad", s.operation(), t, x));
    ElementwiseRules.unary("Elu", (s, x, y, t) -> Node.of(s.tf(), "EluGrad", t, y));
    ElementwiseRules.unary("Selu", (s, x, y, t) -> Node.of(s.tf(), "SeluGrad", t, y));
    // ReluGrad(g, f) = g where f > 0: flat in f.
    BroadcastRules.binary("ReluGrad", same("ReluGrad"), null);
    BroadcastRules.binary("Relu6Grad", same("Relu6Grad"), null);
    BroadcastRules.binary(
        "LeakyReluGrad",
        (s, g, x, z, t) -> Node.like(s.tf(), "LeakyReluGrad", s.operation(), t, x),
        null);
    // EluGrad(g, y) = g·(y + 1) where y < 0, SeluGrad(g, y) = g·(y + λα) there.
    BroadcastRules.binary("EluGrad", same("EluGrad"), ActivationRules::whereNegative);
    BroadcastRules.binary("SeluGrad", same("SeluGrad"), ActivationRules::whereNegative);
  }

  private static Partial same(String type) {
    return (s, g, y, z, t) -> Node.of(s.tf(), type, t, y);
  }

  private static Operand<TNumber> whereNegative(
      OperationStep s,
      Operand<TNumber> g,
      Operand<TNumber> y,
      Operand<TNumber> z,
      Operand<TNumber> t) {
    Ops tf = s.tf();
    return tf.select(tf.math.less(y, s.constant(0, y)), tf.math.mul(t, g), tf.zerosLike(y));
  }

  private static void sigmoids() {
    ElementwiseRules.unary("Sigmoid", (s, x, y, t) -> Node.of(s.tf(), "SigmoidGrad", y, t));
    ElementwiseRules.unary("Tanh", (s, x, y, t) -> Node.of(s.tf(), "TanhGrad", y, t));
    ElementwiseRules.unary("Softplus", (s, x, y, t) -> Node.of(s.tf(), "SoftplusGrad", t, x));
    // SigmoidGrad(y, g) = g·y·(1 − y).
    BroadcastRules.binary(
        "SigmoidGrad",
        (s, y, g, z, t) ->
            s.tf()
                .math
                .mul(
                    s.tf().math.mul(t, g),
                    s.tf().math.sub(s.constant(1, y), s.tf().math.mul(s.constant(2, y), y))),
        (s, y, g, z, t) -> Node.of(s.tf(), "SigmoidGrad", y, t));
    // TanhGrad(y, g) = g·(1 − y²).
    BroadcastRules.binary(
        "TanhGrad",
        (s, y, g, z, t) -> product(s, -2, t, g, y),
        (s, y, g, z, t) -> Node.of(s.tf(), "TanhGrad", y, t));
    // SoftplusGrad(g, x) = g·σ(x).
    BroadcastRules.binary(
        "SoftplusGrad",
        same("SoftplusGrad"),
        (s, g, x, z, t) ->
            Node.of(s.tf(), "SigmoidGrad", s.tf().math.sigmoid(x), s.tf().math.mul(t, g)));
  }

  private static void roots() {
    // SqrtGrad(y, g) = g/(2y).
    BroadcastRules.binary(
        "SqrtGrad",
        (s, y, g, z, t) -> s.tf().math.neg(s.tf().math.div(s.tf().math.mul(t, z), y)),
        (s, y, g, z, t) -> Node.of(s.tf(), "SqrtGrad", y, t));
    // RsqrtGrad(y, g) = −½·g·y³.
    BroadcastRules.binary(
        "RsqrtGrad",
        (s, y, g, z, t) -> s.tf().math.mul(product(s, -1.5, t, g, y), y),
        (s, y, g, z, t) -> Node.of(s.tf(), "RsqrtGrad", y, t));
    // ReciprocalGrad(y, g) = −g·y².
    for (String type : new String[] {"ReciprocalGrad", "InvGrad"}) {
      BroadcastRules.binary(
          type,
          (s, y, g, z, t) -> product(s, -2, t, g, y),
          (s, y, g, z, t) -> Node.of(s.tf(), type, y, t));
    }
  }

  private static Operand<TNumber> product(
      OperationStep s, double factor, Operand<TNumber> a, Operand<TNumber> b, Operand<TNumber> c) {
    Ops tf = s.tf();
    return tf.math.mul(tf.math.mul(s.constant(factor, a), a), tf.math.mul(b, c));
  }
}
