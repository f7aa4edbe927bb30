package org.crossfade.autodiff;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * The tangent of one operation from its gradient rule: x̄(u) = (∂y/∂x)ᵀ u is linear in u, so that
 * its own gradient with the cotangent ẋ is ẏ = ∂y/∂x ẋ. Exact, and u's value does not matter.
 */
final class DoubleBackward {
  static final TangentRule RULE = DoubleBackward::forward;

  private DoubleBackward() {}

  private static void forward(ForwardStep step) {
    Ops tf = step.tf();
    GraphOperation operation = step.operation();
    var gradients = new ArrayList<Operand<TNumber>>();
    var seeds = new ArrayList<Operand<TNumber>>();
    for (int i = 0; i < operation.numOutputs(); i++) {
      Operand<TNumber> seed = step.wants(i) ? tf.zerosLike(step.output(i)) : null;
      gradients.add(seed);
      if (seed != null) {
        seeds.add(seed);
      }
    }
    boolean[] varies = new boolean[operation.numInputs()];
    for (int i = 0; i < varies.length; i++) {
      varies[i] = step.hasTangent(i);
    }
    var backward = new BackwardStep(tf, operation, gradients, varies);
    Differentiation.rule(operation).backward(backward);
    var targets = new ArrayList<Operand<TNumber>>();
    var tangents = new ArrayList<Operand<TNumber>>();
    for (int i = 0; i < varies.length; i++) {
      if (backward.given(i) != null) {
        targets.add(backward.given(i));
        tangents.add(step.tangent(i));
      }
    }
    List<Operand<TNumber>> found = Differentiation.backward(tf, targets, tangents, seeds);
    int next = 0;
    for (int i = 0; i < operation.numOutputs(); i++) {
      if (step.wants(i) && found.get(next++) != null) {
        step.give(i, found.get(next - 1));
      }
    }
  }
}
