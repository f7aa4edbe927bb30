package org.crossfade.autodiff;

import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** An operation with the tangents of its inputs, waiting for those of its outputs. */
public final class ForwardStep extends OperationStep {
  private final List<Operand<TNumber>> inputTangents;
  private final boolean[] wanted;
  private final Operand<?>[] outputTangents;

  /**
   * Returns a step.
   *
   * @param inputTangents one an input, null where it is constant along the direction
   * @param wanted whether the value depends on an output, one an output
   */
  ForwardStep(
      Ops tf, GraphOperation operation, List<Operand<TNumber>> inputTangents, boolean[] wanted) {
    super(tf, operation);
    this.inputTangents = inputTangents;
    this.wanted = wanted;
    this.outputTangents = new Operand<?>[wanted.length];
  }

  /**
   * {@return whether input {@code i} varies along the direction}
   *
   * @param i from 0, below the number of inputs
   */
  public boolean hasTangent(int i) {
    return inputTangents.get(i) != null;
  }

  /**
   * {@return the tangent of input {@code i}; zeros where it does not vary}
   *
   * @param i from 0, below the number of inputs
   */
  public Operand<TNumber> tangent(int i) {
    return hasTangent(i) ? inputTangents.get(i) : tf().zerosLike(input(i));
  }

  /**
   * {@return whether the tangent of output {@code i} is asked for}
   *
   * @param i from 0, below the number of outputs
   */
  public boolean wants(int i) {
    return wanted[i];
  }

  /**
   * Gives a tangent of output {@code i}, of its shape and element type; what is not wanted is
   * dropped, a second one is added to the first.
   *
   * @param i from 0, below the number of outputs
   * @param tangent of the output's shape and element type
   */
  public void give(int i, Operand<?> tangent) {
    if (wanted[i]) {
      outputTangents[i] =
          outputTangents[i] == null
              ? tangent
              : tf().math.add(Node.number(outputTangents[i]), Node.number(tangent));
    }
  }

  /** Returns what was given for output {@code i}, or null. */
  Operand<TNumber> given(int i) {
    return outputTangents[i] == null ? null : Node.number(outputTangents[i]);
  }
}
