package org.crossfade.methodtest;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.TensorLayout;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.testkit.ParityCase;
import org.crossfade.weights.FormulaWeights;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * A graph whose inputs are the arrays of a parity case. Its session leaves out TensorFlow's graph
 * rewrites, as training does.
 */
public final class CaseGraph implements AutoCloseable {
  private final ParityCase parityCase;
  private final MethodGraph graph = MethodGraph.withoutRewrites(List.of());
  private final Map<String, Operand<TFloat32>> floats = new HashMap<>();
  private final Map<String, Operand<TInt32>> ints = new HashMap<>();

  private final Map<String, Operand<TFloat32>> floatsOfIteration = new HashMap<>();
  private final Map<String, Operand<TInt32>> intsOfIteration = new HashMap<>();

  /** Creates an empty graph for a case. */
  public CaseGraph(ParityCase parityCase) {
    this.parityCase = parityCase;
  }

  /** Returns the operations of the graph. */
  public Ops tf() {
    return graph.tf();
  }

  /** Returns a context without streams, whose variables are those of the graph. */
  public StepContext context() {
    return graph.context();
  }

  /** Returns the input {@code field} as a graph value of its stored shape. */
  public Operand<TFloat32> floats(String field) {
    return floats.computeIfAbsent(
        field, f -> graph.input(parityCase.floats(f), parityCase.shape(f)));
  }

  /** Returns the input {@code field}, whole numbers, as a graph value of its stored shape. */
  public Operand<TInt32> ints(String field) {
    return ints.computeIfAbsent(field, f -> graph.input(parityCase.ints(f), parityCase.shape(f)));
  }

  /**
   * Returns the entry of an input whose first axis is the iteration: the first one until {@link
   * #iteration} is called.
   */
  public Operand<TFloat32> floatsOfIteration(String field) {
    return floatsOfIteration.computeIfAbsent(
        field, f -> graph.input(row(parityCase.floats(f), f, 0), rowShape(f)));
  }

  /** Returns the entry, whole numbers, of an input whose first axis is the iteration. */
  public Operand<TInt32> intsOfIteration(String field) {
    return intsOfIteration.computeIfAbsent(
        field, f -> graph.input(row(parityCase.ints(f), f, 0), rowShape(f)));
  }

  /** Moves on to an iteration, from 0. */
  public void iteration(int iteration) {
    graph.iteration(iteration);
    floatsOfIteration.forEach(
        (f, input) ->
            graph.feed(
                input,
                TFloat32.tensorOf(
                    Shape.of(rowShape(f)),
                    DataBuffers.of(row(parityCase.floats(f), f, iteration)))));
    intsOfIteration.forEach(
        (f, input) ->
            graph.feed(
                input,
                TInt32.tensorOf(
                    Shape.of(rowShape(f)), DataBuffers.of(row(parityCase.ints(f), f, iteration)))));
  }

  private long[] rowShape(String field) {
    long[] shape = parityCase.shape(field);
    return Arrays.copyOfRange(shape, 1, shape.length);
  }

  private float[] row(float[] all, String field, int index) {
    int length = (int) Shape.of(rowShape(field)).size();
    return Arrays.copyOfRange(all, index * length, (index + 1) * length);
  }

  private int[] row(int[] all, String field, int index) {
    int length = (int) Shape.of(rowShape(field)).size();
    return Arrays.copyOfRange(all, index * length, (index + 1) * length);
  }

  /** Returns a step with its gradients and updates. */
  public CompiledStep compile(Step step) {
    return graph.compile(step);
  }

  /** Runs a step once and returns its losses and metrics. */
  public float[] run(CompiledStep step, long iteration) {
    return graph.run(step, iteration);
  }

  /** Returns the gradient of {@code loss} with respect to the input {@code field}. */
  public Operand<TFloat32> gradient(Operand<TFloat32> loss, String field) {
    var at = Parameters.of(Map.of(field, floats(field)));
    return new GradientTape(tf()).gradient(loss, at).get(field);
  }

  /** Returns the parameters of a role by the names of the published checkpoint. */
  public Parameters parameters(String role) {
    return graph.parameters(role);
  }

  /** Gives all variables their starting values. */
  public void initialize() {
    graph.initialize();
  }

  /** Gives the variables of a role the values of the formula. */
  public void assign(String role, FormulaWeights weights) {
    assign(role, weights::values);
  }

  /** Values of a tensor by its published name and its shape in PyTorch's layout, row-major. */
  @FunctionalInterface
  public interface PublishedValues {
    /** Returns the elements. */
    float[] of(String name, long... shape);
  }

  /** Gives the variables of a role published values. */
  public void assign(String role, PublishedValues weights) {
    var values = new HashMap<String, TFloat32>();
    try {
      String prefix = role + ".";
      for (Variable variable : graph.store().variables()) {
        if (variable.name().startsWith(prefix) && variable.kind() != ParameterSpec.Kind.SLOT) {
          long[] shape = TensorLayout.toPytorch(variable.shape());
          String published = variable.name().substring(prefix.length());
          values.put(
              variable.name(), TensorLayout.toTensorFlow(weights.of(published, shape), shape));
        }
      }
      if (values.isEmpty()) {
        throw new IllegalArgumentException("no variable below '" + role + "'");
      }
      graph.assign(values);
    } finally {
      values.values().forEach(Tensor::close);
    }
  }

  /** Gives every variable of a role the same value, row-major. */
  public void assignToAll(String role, float[] value, long... shape) {
    try (TFloat32 tensor = TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(value))) {
      var values = new HashMap<String, TFloat32>();
      graph.store().variables().stream()
          .filter(variable -> variable.name().startsWith(role + "."))
          .forEach(variable -> values.put(variable.name(), tensor));
      graph.assign(values);
    }
  }

  /** Returns the value of a graph value, row-major. */
  public float[] value(Operand<TFloat32> operand) {
    return graph.value(operand);
  }

  /** Returns the values of graph values, row-major, from one run. */
  public Map<String, float[]> values(Map<String, Operand<TFloat32>> operands) {
    return graph.values(operands);
  }

  /** Returns the whole numbers of a graph value, row-major. */
  public int[] integers(Operand<TInt32> operand) {
    return graph.integers(operand);
  }

  /** Returns the numbers of a graph value, row-major. */
  public double[] doubles(Operand<TFloat64> operand) {
    return graph.doubles(operand);
  }

  MethodGraph graph() {
    return graph;
  }

  @Override
  public void close() {
    graph.close();
  }
}
