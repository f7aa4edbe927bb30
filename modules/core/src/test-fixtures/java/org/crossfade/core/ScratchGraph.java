package org.crossfade.core;

import java.util.Map;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.graph.VariableStore;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A graph, a session and a variable store of one test. */
public final class ScratchGraph implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Session session = new Session(graph);
  private final Ops tf = Ops.create(graph);
  private final VariableStore store = new VariableStore(tf, 7);

  /** Returns the operations of the graph. */
  public Ops tf() {
    return tf;
  }

  /** Returns the session. */
  public Session session() {
    return session;
  }

  /** Returns the store. */
  public VariableStore store() {
    return store;
  }

  /** Returns a constant of a shape, row-major. */
  public Operand<TFloat32> constant(float[] values, long... shape) {
    try (var tensor = tensor(values, shape)) {
      return tf.constantOf(tensor);
    }
  }

  /** Returns integers of a shape, row-major. */
  public Operand<TInt32> constant(int[] values, long... shape) {
    return tf.reshape(tf.constant(values), tf.constant(shape));
  }

  /** Returns a new weight that starts at one value. */
  public Variable scalar(String name, float value) {
    return store.create(
        ParameterSpec.weight(name, Shape.scalar(), new Initializer.Constant(value)));
  }

  /** Returns the elements of a graph value, row-major. */
  public float[] fetch(Operand<TFloat32> value) {
    try (var result = session.runner().fetch(value).run()) {
      return floats((TFloat32) result.get(0));
    }
  }

  /** Returns the elements of an integer graph value, row-major. */
  public int[] fetchInts(Operand<TInt32> value) {
    try (var result = session.runner().fetch(value).run()) {
      var buffer = DataBuffers.ofInts(result.get(0).shape().size());
      ((TInt32) result.get(0)).copyTo(buffer);
      int[] values = new int[(int) buffer.size()];
      buffer.read(values);
      return values;
    }
  }

  /** Returns the shape that a graph value has when it is computed. */
  public long[] runtimeShape(Operand<TFloat32> value) {
    try (var result = session.runner().fetch(value).run()) {
      return result.get(0).shape().asArray();
    }
  }

  /** Returns the elements of a variable, row-major. */
  public float[] fetch(String variable) {
    return fetch(store.get(variable).snapshot());
  }

  /** Assigns a variable, row-major. */
  public void assign(String variable, float... values) {
    try (var tensor = tensor(values, store.get(variable).shape().asArray())) {
      store.assign(session, Map.of(variable, tensor));
    }
  }

  /** Returns a tensor, row-major. */
  public static TFloat32 tensor(float[] values, long... shape) {
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values));
  }

  private static float[] floats(TFloat32 tensor) {
    var buffer = DataBuffers.ofFloats(tensor.size());
    tensor.copyTo(buffer);
    float[] values = new float[(int) tensor.size()];
    buffer.read(values);
    return values;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
