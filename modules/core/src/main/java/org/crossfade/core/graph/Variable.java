package org.crossfade.core.graph;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One variable of a graph, created by {@link VariableStore} alone.
 *
 * @param name unique in the store; also the name in checkpoints
 * @param shape in TensorFlow's layout
 * @param kind what moves it
 * @param handle the resource
 * @param snapshot its value at the beginning of a step: everything in a step reads this
 * @param initializer assigns the starting value
 */
public record Variable(
    String name,
    Shape shape,
    ParameterSpec.Kind kind,
    Operand<?> handle,
    Operand<TFloat32> snapshot,
    Op initializer) {

  /** Returns the operation that assigns {@code value}. */
  public Op assign(Ops tf, Operand<TFloat32> value) {
    return tf.assignVariableOp(handle, value);
  }

  /** Returns the value that the variable has once {@code after} has run. */
  public Operand<TFloat32> readAfter(Ops tf, Op after) {
    return tf.withControlDependencies(after).readVariableOp(handle, TFloat32.class);
  }

  /** Returns the number of elements. */
  public long elements() {
    return shape.size();
  }
}
