package org.crossfade.autodiff;

import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** One operation of a graph that a rule takes a derivative of. */
public abstract sealed class OperationStep permits BackwardStep, ForwardStep {
  private final Ops tf;
  private final GraphOperation operation;

  OperationStep(Ops tf, GraphOperation operation) {
    this.tf = tf;
    this.operation = operation;
  }

  /** {@return the operations to build the derivative with} */
  public Ops tf() {
    return tf;
  }

  /** {@return the operation, for its type and attributes} */
  public GraphOperation operation() {
    return operation;
  }

  /**
   * {@return input {@code i} of the operation, whatever its element type: nothing is checked}
   *
   * @param i from 0, below the number of inputs
   */
  public Operand<TNumber> input(int i) {
    return Node.number(operation.input(i));
  }

  /**
   * {@return output {@code i} of the operation}
   *
   * @param i from 0, below the number of outputs
   */
  public Operand<TNumber> output(int i) {
    return Node.number(operation.output(i));
  }

  /**
   * {@return the constant {@code value} of the element type of {@code like}, a scalar}
   *
   * @param value converted to that element type
   * @param like only its element type is read
   */
  public Operand<TNumber> constant(double value, Operand<TNumber> like) {
    return Shapes.constant(tf, value, like);
  }
}
