package org.crossfade.autodiff;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TNumber;

/** Functions of one operand, element by element: y = f(x), and t·f′(x) in both directions. */
final class ElementwiseRules {
  private ElementwiseRules() {}

  /** Returns t·f′(x). */
  @FunctionalInterface
  interface Scaled {
    /**
     * Returns t·f′(x).
     *
     * @param x the operand
     * @param y f(x)
     * @param t the gradient of y, or the tangent of x
     */
    Operand<TNumber> apply(
        OperationStep step, Operand<TNumber> x, Operand<TNumber> y, Operand<TNumber> t);
  }

  static void register() {
    for (String type :
        List.of(
            "Identity",
            "EnsureShape",
            "CheckNumerics",
            "CheckNumericsV2",
            "Snapshot",
            "PreventGradient")) {
      unary(type, (s, x, y, t) -> t);
    }
    GradientRegistry.register(
        "IdentityN",
        step -> {
          for (int i = 0; i < step.operation().numOutputs(); i++) {
            if (step.hasGradient(i)) {
              step.give(i, step.gradient(i));
            }
          }
        },
        step -> {
          for (int i = 0; i < step.operation().numOutputs(); i++) {
            if (step.hasTangent(i)) {
              step.give(i, step.tangent(i));
            }
          }
        });
    GradientRegistry.register(
        "Cast",
        step -> step.give(0, step.tf().dtypes.cast(step.gradient(0), type(step.input(0)))),
        step -> step.give(0, step.tf().dtypes.cast(step.tangent(0), type(step.output(0)))));
    powers();
    transcendental();
  }

  static void unary(String type, Scaled rule) {
    GradientRegistry.register(
        type,
        step -> step.give(0, rule.apply(step, step.input(0), step.output(0), step.gradient(0))),
        step -> step.give(0, rule.apply(step, step.input(0), step.output(0), step.tangent(0))));
  }

  private static void powers() {
    unary("Neg", (s, x, y, t) -> s.tf().math.neg(t));
    unary("Abs", (s, x, y, t) -> s.tf().math.mul(t, s.tf().math.sign(x)));
    unary("Square", (s, x, y, t) -> s.tf().math.mul(t, s.tf().math.mul(s.constant(2, x), x)));
    unary("Sqrt", (s, x, y, t) -> Node.of(s.tf(), "SqrtGrad", y, t));
    unary("Rsqrt", (s, x, y, t) -> Node.of(s.tf(), "RsqrtGrad", y, t));
    unary("Reciprocal", (s, x, y, t) -> Node.of(s.tf(), "ReciprocalGrad", y, t));
    unary("Inv", (s, x, y, t) -> Node.of(s.tf(), "ReciprocalGrad", y, t));
  }

  private static void transcendental() {
    unary("Exp", (s, x, y, t) -> s.tf().math.mul(t, y));
    unary("Expm1", (s, x, y, t) -> s.tf().math.mul(t, s.tf().math.add(y, s.constant(1, y))));
    unary("Log", (s, x, y, t) -> s.tf().math.div(t, x));
    unary("Log1p", (s, x, y, t) -> s.tf().math.div(t, s.tf().math.add(x, s.constant(1, x))));
    unary("Sin", (s, x, y, t) -> s.tf().math.mul(t, s.tf().math.cos(x)));
    unary("Cos", (s, x, y, t) -> s.tf().math.neg(s.tf().math.mul(t, s.tf().math.sin(x))));
    unary("Erf", (s, x, y, t) -> s.tf().math.mul(t, bell(s, x, 2 / Math.sqrt(Math.PI))));
    unary("Erfc", (s, x, y, t) -> s.tf().math.mul(t, bell(s, x, -2 / Math.sqrt(Math.PI))));
  }

  /** Returns factor·exp(−x²). */
  private static Operand<TNumber> bell(OperationStep s, Operand<TNumber> x, double factor) {
    var tf = s.tf();
    return tf.math.mul(s.constant(factor, x), tf.math.exp(tf.math.neg(tf.math.square(x))));
  }

  private static Class<TNumber> type(Operand<TNumber> like) {
    return like.asOutput().type();
  }
}
