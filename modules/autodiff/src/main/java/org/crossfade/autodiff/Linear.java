package org.crossfade.autodiff;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;

/** Tangents of operations that are linear in some of their inputs: the operation itself. */
final class Linear {
  private Linear() {}

  /** y is linear in all of the given inputs together: ẏ = f(ẋ), with zeros for what is constant. */
  static TangentRule in(Integer... inputs) {
    List<Integer> linear = List.of(inputs);
    return step -> {
      GraphOperation operation = step.operation();
      var arguments = new ArrayList<Operand<?>>();
      boolean any = false;
      for (int i = 0; i < operation.numInputs(); i++) {
        arguments.add(linear.contains(i) ? step.tangent(i) : operation.input(i));
        any |= linear.contains(i) && step.hasTangent(i);
      }
      if (any) {
        giveAll(step, Node.copy(step.tf(), operation, arguments));
      }
    };
  }

  /** y is linear in all inputs but the last {@code others}. */
  static TangentRule inAllBut(int others) {
    return step -> {
      int inputs = step.operation().numInputs() - others;
      Integer[] linear = new Integer[inputs];
      for (int i = 0; i < inputs; i++) {
        linear[i] = i;
      }
      in(linear).forward(step);
    };
  }

  /** y is linear in each of the given inputs alone, as a product is: ẏ = Σᵢ f(.., ẋᵢ, ..). */
  static TangentRule inEach(int... inputs) {
    return step -> {
      for (int i : inputs) {
        if (step.hasTangent(i)) {
          in(i).forward(step);
        }
      }
    };
  }

  private static void giveAll(ForwardStep step, GraphOperation result) {
    for (int i = 0; i < result.numOutputs(); i++) {
      step.give(i, result.output(i));
    }
  }
}
