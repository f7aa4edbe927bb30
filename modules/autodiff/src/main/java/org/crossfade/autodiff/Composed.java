package org.crossfade.autodiff;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * An operation said again in terms of others: its derivatives, of any order, are those of the
 * expression.
 */
@FunctionalInterface
interface Composed {
  /**
   * Returns the outputs of {@code operation} for the given inputs.
   *
   * @param inputs as many as the operation has
   * @return as many as the operation has; null for outputs that the expression leaves out
   */
  List<Operand<TNumber>> outputs(Ops tf, GraphOperation operation, List<Operand<TNumber>> inputs);

  /** Gives the gradients of the expression. */
  default void backward(BackwardStep step) {
    var varied = new ArrayList<Operand<TNumber>>();
    var inputs = new ArrayList<Operand<TNumber>>();
    for (int i = 0; i < step.operation().numInputs(); i++) {
      inputs.add(step.wants(i) ? step.tf().identity(step.input(i)) : step.input(i));
      if (step.wants(i)) {
        varied.add(inputs.get(i));
      }
    }
    List<Operand<TNumber>> outputs = outputs(step.tf(), step.operation(), inputs);
    var targets = new ArrayList<Operand<TNumber>>();
    var gradients = new ArrayList<Operand<TNumber>>();
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i) != null && step.hasGradient(i)) {
        targets.add(outputs.get(i));
        gradients.add(step.gradient(i));
      }
    }
    var found = Differentiation.backward(step.tf(), targets, gradients, varied);
    int next = 0;
    for (int i = 0; i < inputs.size(); i++) {
      if (step.wants(i) && found.get(next++) != null) {
        step.give(i, found.get(next - 1));
      }
    }
  }

  /** Gives the tangents of the expression. */
  default void forward(ForwardStep step) {
    var varied = new ArrayList<Operand<TNumber>>();
    var tangents = new ArrayList<Operand<TNumber>>();
    var inputs = new ArrayList<Operand<TNumber>>();
    for (int i = 0; i < step.operation().numInputs(); i++) {
      inputs.add(step.hasTangent(i) ? step.tf().identity(step.input(i)) : step.input(i));
      if (step.hasTangent(i)) {
        varied.add(inputs.get(i));
        tangents.add(step.tangent(i));
      }
    }
    List<Operand<TNumber>> outputs = outputs(step.tf(), step.operation(), inputs);
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i) != null && step.wants(i)) {
        var found =
            Differentiation.forward(step.tf(), List.of(outputs.get(i)), varied, tangents).get(0);
        if (found != null) {
          step.give(i, found);
        }
      }
    }
  }

  /** Registers an operation by its expression. */
  static void register(String type, Composed expression) {
    GradientRegistry.register(type, expression::backward, expression::forward);
  }
}
