package org.crossfade.autodiff;

import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** An operation with the gradients of its outputs, waiting for those of its inputs. */
public final class BackwardStep extends OperationStep {
  private final List<Operand<TNumber>> outputGradients;
  private final boolean[] wanted;
  private final Operand<?>[] inputGradients;

  /**
   * Returns a step.
   *
   * @param outputGradients one an output, null where the loss does not depend on it
   * @param wanted whether an input leads to a parameter, one an input
   */
  BackwardStep(
      Ops tf, GraphOperation operation, List<Operand<TNumber>> outputGradients, boolean[] wanted) {
    super(tf, operation);
    this.outputGradients = outputGradients;
    this.wanted = wanted;
    this.inputGradients = new Operand<?>[wanted.length];
  }

  /**
   * {@return whether the loss depends on output {@code i}}
   *
   * @param i from 0, below the number of outputs
   */
  public boolean hasGradient(int i) {
    return outputGradients.get(i) != null;
  }

  /**
   * {@return the gradient of output {@code i}; zeros where the loss does not depend on it}
   *
   * @param i from 0, below the number of outputs
   */
  public Operand<TNumber> gradient(int i) {
    return hasGradient(i) ? outputGradients.get(i) : tf().zerosLike(output(i));
  }

  /**
   * {@return whether the gradient of input {@code i} is asked for}
   *
   * @param i from 0, below the number of inputs
   */
  public boolean wants(int i) {
    return wanted[i];
  }

  /**
   * Gives a gradient of input {@code i}, of its shape and element type; what is not wanted is
   * dropped, a second one is added to the first.
   *
   * @param i from 0, below the number of inputs
   * @param gradient of the input's shape and element type
   */
  public void give(int i, Operand<?> gradient) {
    if (wanted[i]) {
      inputGradients[i] =
          inputGradients[i] == null
              ? gradient
              : tf().math.add(Node.number(inputGradients[i]), Node.number(gradient));
    }
  }

  /** Returns what was given for input {@code i}, or null. */
  Operand<TNumber> given(int i) {
    return inputGradients[i] == null ? null : Node.number(inputGradients[i]);
  }
}
