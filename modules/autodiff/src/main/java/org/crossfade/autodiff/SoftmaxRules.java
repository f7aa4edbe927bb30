package org.crossfade.autodiff;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** Softmax, its logarithm, and the cross entropies, over the last axis. */
final class SoftmaxRules {
  private SoftmaxRules() {}

  static void register() {
    ElementwiseRules.unary("Softmax", (s, x, y, t) -> throughSoftmax(s.tf(), y, t));
    GradientRegistry.register(
        "LogSoftmax",
        step -> {
          Ops tf = step.tf();
          Operand<TNumber> g = step.gradient(0);
          Operand<TNumber> softmax = tf.math.exp(step.output(0));
          step.give(0, tf.math.sub(g, tf.math.mul(softmax, Shapes.sumLast(tf, g))));
        },
        step -> {
          Ops tf = step.tf();
          Operand<TNumber> t = step.tangent(0);
          Operand<TNumber> softmax = tf.math.exp(step.output(0));
          step.give(0, tf.math.sub(t, Shapes.sumLast(tf, tf.math.mul(softmax, t))));
        });
    GradientRegistry.register(
        "SparseSoftmaxCrossEntropyWithLogits",
        SoftmaxRules::logitsBackward,
        SoftmaxRules::logitsForward);
    GradientRegistry.register(
        "SoftmaxCrossEntropyWithLogits",
        step -> {
          logitsBackward(step);
          labelsBackward(step);
        },
        step -> {
          logitsForward(step);
          labelsForward(step);
        });
  }

  /** Returns (t − Σ t⊙y)⊙y: the Jacobian diag(y) − y yᵀ is symmetric. */
  private static Operand<TNumber> throughSoftmax(Ops tf, Operand<TNumber> y, Operand<TNumber> t) {
    return tf.math.mul(tf.math.sub(t, Shapes.sumLast(tf, tf.math.mul(t, y))), y);
  }

  /**
   * loss = −Σ q log softmax(z), and a second output b = softmax(z) − q, which is ∂loss/∂z: z gets
   * ḡ_loss·b and, where a gradient is differentiated again, b's through the softmax.
   */
  private static void logitsBackward(BackwardStep step) {
    if (!step.wants(0)) {
      return;
    }
    Ops tf = step.tf();
    if (step.hasGradient(0)) {
      Operand<TNumber> g = tf.expandDims(step.gradient(0), tf.constant(-1));
      step.give(0, Shapes.sumTo(tf, tf.math.mul(g, step.output(1)), step.input(0)));
    }
    if (step.hasGradient(1)) {
      Operand<TNumber> softmax = tf.nn.softmax(step.input(0));
      step.give(0, Shapes.sumTo(tf, throughSoftmax(tf, softmax, step.gradient(1)), step.input(0)));
    }
  }

  private static void logitsForward(ForwardStep step) {
    if (!step.hasTangent(0)) {
      return;
    }
    Ops tf = step.tf();
    Operand<TNumber> t = step.tangent(0);
    if (step.wants(0)) {
      step.give(0, tf.reduceSum(tf.math.mul(step.output(1), t), tf.constant(-1)));
    }
    if (step.wants(1)) {
      Operand<TNumber> through = throughSoftmax(tf, tf.nn.softmax(step.input(0)), t);
      step.give(1, Shapes.broadcastTo(tf, through, step.output(1)));
    }
  }

  private static void labelsBackward(BackwardStep step) {
    if (!step.wants(1)) {
      return;
    }
    Ops tf = step.tf();
    if (step.hasGradient(0)) {
      Operand<TNumber> g = tf.expandDims(step.gradient(0), tf.constant(-1));
      Operand<TNumber> logs = tf.nn.logSoftmax(step.input(0));
      step.give(1, Shapes.sumTo(tf, tf.math.neg(tf.math.mul(g, logs)), step.input(1)));
    }
    if (step.hasGradient(1)) {
      step.give(1, Shapes.sumTo(tf, tf.math.neg(step.gradient(1)), step.input(1)));
    }
  }

  private static void labelsForward(ForwardStep step) {
    if (!step.hasTangent(1)) {
      return;
    }
    Ops tf = step.tf();
    Operand<TNumber> t = step.tangent(1);
    if (step.wants(0)) {
      Operand<TNumber> logs = tf.nn.logSoftmax(step.input(0));
      step.give(0, tf.math.neg(tf.reduceSum(tf.math.mul(logs, t), tf.constant(-1))));
    }
    if (step.wants(1)) {
      step.give(1, Shapes.broadcastTo(tf, tf.math.neg(t), step.output(1)));
    }
  }
}
