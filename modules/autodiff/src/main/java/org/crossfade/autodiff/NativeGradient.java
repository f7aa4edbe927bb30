package org.crossfade.autodiff;

import java.util.ArrayList;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;

/**
 * The gradient of one operation from TensorFlow's native registry.
 *
 * <p>The native walk answers total derivatives, which differ from the operation's own where one of
 * its inputs is computed from another. So it is asked about a copy of the operation whose inputs
 * are identities of the original ones; TensorFlow merges the copy with the original when the graph
 * runs. Operations with a state are not copied: a second draw would be another one.
 */
final class NativeGradient {
  static final GradientRule RULE = NativeGradient::backward;

  private NativeGradient() {}

  private static void backward(BackwardStep step) {
    GraphOperation operation = step.operation();
    if (TensorFlow.isOpStateful(operation.type())) {
      throw new NoGradientException(operation, new UnsupportedOperationException("it has a state"));
    }
    Ops tf = step.tf();
    var inputs = new ArrayList<Operand<?>>();
    var varied = new ArrayList<Output<?>>();
    for (int i = 0; i < operation.numInputs(); i++) {
      Operand<?> input = step.wants(i) ? tf.identity(step.input(i)) : operation.input(i);
      inputs.add(input);
      if (step.wants(i)) {
        varied.add(input.asOutput());
      }
    }
    GraphOperation copy = Node.copy(tf, operation, inputs);
    var outputs = new ArrayList<Output<?>>();
    var gradients = new ArrayList<Output<?>>();
    for (int i = 0; i < operation.numOutputs(); i++) {
      if (step.hasGradient(i)) {
        outputs.add(copy.output(i));
        gradients.add(step.gradient(i).asOutput());
      }
    }
    Output<?>[] found;
    try {
      found =
          ((Graph) tf.scope().env())
              .addGradients(
                  null,
                  outputs.toArray(Output<?>[]::new),
                  varied.toArray(Output<?>[]::new),
                  gradients.toArray(Output<?>[]::new));
    } catch (RuntimeException e) {
      throw new NoGradientException(operation, e);
    }
    int next = 0;
    for (int i = 0; i < operation.numInputs(); i++) {
      if (step.wants(i) && !found[next++].isClosed()) {
        step.give(i, found[next - 1]);
      }
    }
  }
}
