package org.crossfade.autodiff;

import java.util.Collections;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.family.TNumber;

/** Functions of two operands, element by element, that may be broadcast against each other. */
final class BroadcastRules {
  private BroadcastRules() {}

  /** One partial derivative of y = f(a, b). */
  @FunctionalInterface
  interface Partial {
    /**
     * Returns t·∂y/∂a, or t·∂y/∂b.
     *
     * @param t the gradient of y, or the tangent of the operand
     */
    Operand<TNumber> apply(
        OperationStep step,
        Operand<TNumber> a,
        Operand<TNumber> b,
        Operand<TNumber> y,
        Operand<TNumber> t);
  }

  static void register() {
    sums();
    quotients();
    extremes();
    choices();
  }

  /**
   * Registers y = f(a, b).
   *
   * @param byA null where y is flat in a
   * @param byB null where y is flat in b
   */
  static void binary(String type, Partial byA, Partial byB) {
    Partial[] partials = {byA, byB};
    GradientRegistry.register(
        type, step -> backward(step, partials), step -> forward(step, partials));
  }

  private static void backward(BackwardStep step, Partial[] partials) {
    for (int i = 0; i < 2; i++) {
      if (step.wants(i) && partials[i] != null) {
        Operand<TNumber> full = apply(step, partials[i], step.gradient(0));
        step.give(i, Shapes.sumTo(step.tf(), full, step.input(i)));
      }
    }
  }

  private static void forward(ForwardStep step, Partial[] partials) {
    for (int i = 0; i < 2; i++) {
      if (step.hasTangent(i) && partials[i] != null) {
        Operand<TNumber> part = apply(step, partials[i], step.tangent(i));
        step.give(0, Shapes.broadcastTo(step.tf(), part, step.output(0)));
      }
    }
  }

  private static Operand<TNumber> apply(OperationStep step, Partial partial, Operand<TNumber> t) {
    return partial.apply(step, step.input(0), step.input(1), step.output(0), t);
  }

  private static void sums() {
    for (String type : new String[] {"Add", "AddV2"}) {
      binary(type, (s, a, b, y, t) -> t, (s, a, b, y, t) -> t);
    }
    binary("Sub", (s, a, b, y, t) -> t, (s, a, b, y, t) -> s.tf().math.neg(t));
    binary(
        "Mul", (s, a, b, y, t) -> s.tf().math.mul(t, b), (s, a, b, y, t) -> s.tf().math.mul(a, t));
    binary(
        "SquaredDifference",
        (s, a, b, y, t) -> difference(s, 2, a, b, t),
        (s, a, b, y, t) -> difference(s, -2, a, b, t));
    GradientRegistry.register(
        "AddN",
        step -> {
          for (int i = 0; i < step.operation().numInputs(); i++) {
            step.give(i, step.gradient(0));
          }
        },
        step -> {
          for (int i = 0; i < step.operation().numInputs(); i++) {
            if (step.hasTangent(i)) {
              step.give(0, step.tangent(i));
            }
          }
        });
  }

  private static Operand<TNumber> difference(
      OperationStep s, double factor, Operand<TNumber> a, Operand<TNumber> b, Operand<TNumber> t) {
    Ops tf = s.tf();
    return tf.math.mul(tf.math.mul(s.constant(factor, t), t), tf.math.sub(a, b));
  }

  private static void quotients() {
    for (String type : new String[] {"Div", "RealDiv"}) {
      binary(
          type,
          (s, a, b, y, t) -> s.tf().math.div(t, b),
          (s, a, b, y, t) -> s.tf().math.neg(s.tf().math.div(s.tf().math.mul(t, y), b)));
    }
    binary(
        "DivNoNan",
        (s, a, b, y, t) -> s.tf().math.divNoNan(t, b),
        (s, a, b, y, t) -> s.tf().math.neg(s.tf().math.divNoNan(s.tf().math.mul(t, y), b)));
    // Xdivy and Xlogy are 0 where a is, whatever b.
    binary(
        "Xdivy",
        (s, a, b, y, t) -> s.tf().math.mul(t, s.tf().math.xdivy(nonZero(s, a), b)),
        (s, a, b, y, t) -> s.tf().math.neg(s.tf().math.mul(t, s.tf().math.xdivy(y, b))));
    binary(
        "Xlogy",
        (s, a, b, y, t) -> s.tf().math.mul(t, s.tf().math.xlogy(nonZero(s, a), b)),
        (s, a, b, y, t) -> s.tf().math.mul(t, s.tf().math.xdivy(a, b)));
    binary("Pow", BroadcastRules::powByBase, BroadcastRules::powByExponent);
  }

  /** Returns t·b·a^(b−1). */
  private static Operand<TNumber> powByBase(
      OperationStep s,
      Operand<TNumber> a,
      Operand<TNumber> b,
      Operand<TNumber> y,
      Operand<TNumber> t) {
    Ops tf = s.tf();
    Operand<TNumber> power = tf.math.pow(a, tf.math.sub(b, s.constant(1, b)));
    return tf.math.mul(t, tf.math.mul(b, power));
  }

  /** Returns t·y·log a, and 0 where a ≤ 0, which has no logarithm. */
  private static Operand<TNumber> powByExponent(
      OperationStep s,
      Operand<TNumber> a,
      Operand<TNumber> b,
      Operand<TNumber> y,
      Operand<TNumber> t) {
    Ops tf = s.tf();
    var positive = tf.math.greater(a, s.constant(0, a));
    Operand<TNumber> safe = tf.select(positive, a, s.constant(1, a));
    return tf.math.mul(t, tf.math.mul(y, tf.math.log(safe)));
  }

  /** Returns 1 where a ≠ 0 and 0 elsewhere. */
  private static Operand<TNumber> nonZero(OperationStep s, Operand<TNumber> a) {
    return s.tf().dtypes.cast(s.tf().math.notEqual(a, s.constant(0, a)), a.asOutput().type());
  }

  private static void extremes() {
    // Equal operands: the first one takes it all, as in TensorFlow.
    binary(
        "Maximum",
        (s, a, b, y, t) -> s.tf().select(s.tf().math.greaterEqual(a, b), t, s.constant(0, t)),
        (s, a, b, y, t) -> s.tf().select(s.tf().math.greaterEqual(a, b), s.constant(0, t), t));
    binary(
        "Minimum",
        (s, a, b, y, t) -> s.tf().select(s.tf().math.lessEqual(a, b), t, s.constant(0, t)),
        (s, a, b, y, t) -> s.tf().select(s.tf().math.lessEqual(a, b), s.constant(0, t), t));
  }

  private static void choices() {
    GradientRegistry.register(
        "SelectV2",
        step -> {
          Ops tf = step.tf();
          var condition = step.operation().input(0).expect(TBool.class);
          Operand<TNumber> g = step.gradient(0);
          Operand<TNumber> none = step.constant(0, g);
          if (step.wants(1)) {
            step.give(1, Shapes.sumTo(tf, tf.select(condition, g, none), step.input(1)));
          }
          if (step.wants(2)) {
            step.give(2, Shapes.sumTo(tf, tf.select(condition, none, g), step.input(2)));
          }
        },
        Linear.in(1, 2));
    Composed.register(
        "ClipByValue",
        (tf, operation, in) ->
            Collections.singletonList(
                tf.select(
                    tf.math.less(in.get(0), in.get(1)),
                    in.get(1),
                    tf.select(tf.math.greater(in.get(0), in.get(2)), in.get(2), in.get(0)))));
  }
}
