package org.crossfade.methodtest;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.TensorLayout;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.method.StepContext;
import org.crossfade.testkit.FormulaWeights;
import org.crossfade.testkit.ParityCase;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A graph whose inputs are the arrays of a parity case, and the session that runs it. */
public final class CaseGraph implements AutoCloseable {
  private final ParityCase parityCase;
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final VariableStore store = new VariableStore(tf, 0);
  private final StepContext context = new StepContext(tf, store, List.of());
  private final Map<Operand<?>, Tensor> feeds = new LinkedHashMap<>();
  private final Map<String, Operand<?>> inputs = new HashMap<>();
  private final Session session = new Session(graph);

  /** Creates an empty graph for a case. */
  public CaseGraph(ParityCase parityCase) {
    this.parityCase = parityCase;
  }

  /** Returns the operations of the graph. */
  public Ops tf() {
    return tf;
  }

  /** Returns a context without streams, whose variables are those of the graph. */
  public StepContext context() {
    return context;
  }

  /** Returns the input {@code field} as a graph value of its stored shape. */
  public Operand<TFloat32> floats(String field) {
    if (!inputs.containsKey(field)) {
      Shape shape = Shape.of(parityCase.shape(field));
      Placeholder<TFloat32> input = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
      feeds.put(input, TFloat32.tensorOf(shape, DataBuffers.of(parityCase.floats(field))));
      inputs.put(field, input);
    }
    return inputs.get(field).asOutput().expect(TFloat32.class);
  }

  /** Returns the input {@code field}, whole numbers, as a graph value of its stored shape. */
  public Operand<TInt32> ints(String field) {
    if (!inputs.containsKey(field)) {
      Shape shape = Shape.of(parityCase.shape(field));
      Placeholder<TInt32> input = tf.placeholder(TInt32.class, Placeholder.shape(shape));
      feeds.put(input, TInt32.tensorOf(shape, DataBuffers.of(parityCase.ints(field))));
      inputs.put(field, input);
    }
    return inputs.get(field).asOutput().expect(TInt32.class);
  }

  /** Returns the gradient of {@code loss} with respect to the input {@code field}. */
  public Operand<TFloat32> gradient(Operand<TFloat32> loss, String field) {
    var at = Parameters.of(Map.of(field, floats(field)));
    return new GradientTape(tf).gradient(loss, at).get(field);
  }

  /** Returns the parameters of a role by the names of the published checkpoint. */
  public Parameters parameters(String role) {
    return all().scope(role);
  }

  /** Gives all variables their starting values. */
  public void initialize() {
    store.initialize(session);
  }

  /** Gives the variables of a role the values of the formula. */
  public void assign(String role, FormulaWeights weights) {
    var values = new HashMap<String, TFloat32>();
    try {
      String prefix = role + ".";
      for (Variable variable : store.variables()) {
        if (variable.name().startsWith(prefix) && variable.kind() != ParameterSpec.Kind.SLOT) {
          long[] shape = TensorLayout.toPytorch(variable.shape());
          String published = variable.name().substring(prefix.length());
          values.put(
              variable.name(), TensorLayout.toTensorFlow(weights.values(published, shape), shape));
        }
      }
      if (values.isEmpty()) {
        throw new IllegalArgumentException("no variable below '" + role + "'");
      }
      store.assign(session, values);
    } finally {
      values.values().forEach(Tensor::close);
    }
  }

  /** Returns the value of a graph value, row-major. */
  public float[] value(Operand<TFloat32> operand) {
    return values(Map.of("value", operand)).get("value");
  }

  /** Returns the values of graph values, row-major, from one run. */
  public Map<String, float[]> values(Map<String, Operand<TFloat32>> operands) {
    var runner = session.runner();
    feeds.forEach(runner::feed);
    operands.values().forEach(runner::fetch);
    var values = new LinkedHashMap<String, float[]>();
    try (var result = runner.run()) {
      int i = 0;
      for (String name : operands.keySet()) {
        values.put(name, floats((TFloat32) result.get(i++)));
      }
    }
    return values;
  }

  /** Returns the whole numbers of a graph value, row-major. */
  public int[] integers(Operand<TInt32> operand) {
    var runner = session.runner();
    feeds.forEach(runner::feed);
    try (var result = runner.fetch(operand).run()) {
      var tensor = (TInt32) result.get(0);
      int[] values = new int[(int) tensor.size()];
      tensor.asRawTensor().data().asInts().read(values);
      return values;
    }
  }

  VariableStore store() {
    return store;
  }

  Session session() {
    return session;
  }

  Map<Operand<?>, Tensor> feeds() {
    return feeds;
  }

  @Override
  public void close() {
    session.close();
    feeds.values().forEach(Tensor::close);
    graph.close();
  }

  private Parameters all() {
    var snapshots = new LinkedHashMap<String, Operand<TFloat32>>();
    store.variables().forEach(v -> snapshots.put(v.name(), v.snapshot()));
    return Parameters.of(snapshots);
  }

  private static float[] floats(TFloat32 tensor) {
    float[] values = new float[(int) tensor.size()];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
