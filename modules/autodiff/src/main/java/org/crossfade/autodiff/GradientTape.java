package org.crossfade.autodiff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Differentiates a scalar of a graph.
 *
 * <p>In graph mode nothing is recorded: the graph itself is the tape, and {@code gradient} adds the
 * operations of the backward pass to it. What it returns are graph values like any other, so tapes
 * nest as far as the gradients of the operations involved go.
 */
public final class GradientTape {
  private final Ops tf;
  private final Graph graph;

  /**
   * Returns a tape over the graph of {@code tf}.
   *
   * @throws IllegalArgumentException if {@code tf} is eager: only graphs are differentiated here
   */
  public GradientTape(Ops tf) {
    if (!(tf.scope().env() instanceof Graph g)) {
      throw new IllegalArgumentException(
          "GradientTape works on graphs; build with Ops.create(graph), not in eager mode");
    }
    GradientRegistry.register();
    this.tf = tf;
    this.graph = g;
  }

  /**
   * Returns ∂loss/∂parameters, by the parameters' names.
   *
   * @param loss scalar
   * @throws IllegalArgumentException if the loss is no scalar, or does not depend on some of the
   *     parameters; the message names them
   * @throws UnsupportedOperationException if an operation on the way has no gradient
   */
  public Parameters gradient(Operand<TFloat32> loss, Parameters parameters) {
    var unreached = new ArrayList<String>();
    Parameters gradients = differentiate(loss, parameters, unreached);
    if (!unreached.isEmpty()) {
      throw new IllegalArgumentException(
          "the loss '"
              + loss.op().name()
              + "' does not depend on "
              + String.join(", ", unreached)
              + "; leave these parameters out, or ask for zeros with gradientOrZero");
    }
    return gradients;
  }

  /**
   * Returns ∂loss/∂parameters like {@link #gradient}, with zeros for parameters that the loss does
   * not depend on.
   */
  public Parameters gradientOrZero(Operand<TFloat32> loss, Parameters parameters) {
    return differentiate(loss, parameters, new ArrayList<>());
  }

  /**
   * Returns ∂loss/∂parameters for the parameters that the loss depends on, and leaves out the
   * others.
   */
  public Parameters gradientWhereConnected(Operand<TFloat32> loss, Parameters parameters) {
    var unreached = new ArrayList<String>();
    Parameters gradients = differentiate(loss, parameters, unreached);
    return gradients.select(name -> !unreached.contains(name));
  }

  private Parameters differentiate(
      Operand<TFloat32> loss, Parameters parameters, List<String> unreached) {
    if (loss.shape().numDimensions() != 0) {
      throw new IllegalArgumentException(
          "a loss must be a scalar; '" + loss.op().name() + "' has the shape " + loss.shape());
    }
    // The native code refuses parameters that no path leads to, so they are left out here. Those
    // behind a stopped gradient it answers with closed outputs.
    Set<GraphOperation> reached = operationsBehind(loss);
    Parameters candidates =
        parameters.select(name -> reached.contains((GraphOperation) parameters.get(name).op()));
    Map<String, Output<?>> found = addGradients(loss, candidates);
    return parameters.map(
        (name, value) -> {
          Output<?> gradient = found.get(name);
          if (gradient != null && !gradient.isClosed()) {
            return gradient.expect(TFloat32.class);
          }
          unreached.add(name);
          return tf.zerosLike(value);
        });
  }

  private Map<String, Output<?>> addGradients(Operand<TFloat32> loss, Parameters parameters) {
    var gradients = new HashMap<String, Output<?>>();
    if (parameters.isEmpty()) {
      return gradients;
    }
    Output<?>[] inputs =
        parameters.values().stream().map(Operand::asOutput).toArray(Output<?>[]::new);
    // An explicit seed: the native default, OnesLike, has no gradient of its own.
    Output<?>[] seed = {tf.constant(1f).asOutput()};
    Output<?>[] outputs;
    try {
      outputs = graph.addGradients(null, new Output<?>[] {loss.asOutput()}, inputs, seed);
    } catch (RuntimeException e) {
      throw new UnsupportedOperationException(
          "no gradient of '" + loss.op().name() + "': " + e.getMessage(), e);
    }
    int i = 0;
    for (String name : parameters.names()) {
      gradients.put(name, outputs[i++]);
    }
    return gradients;
  }

  /** Returns the operations whose values {@code loss} is computed from, its own included. */
  private static Set<GraphOperation> operationsBehind(Operand<?> loss) {
    var reached = new HashSet<GraphOperation>();
    var open = new ArrayDeque<GraphOperation>();
    open.add((GraphOperation) loss.op());
    while (!open.isEmpty()) {
      GraphOperation operation = open.remove();
      if (reached.add(operation)) {
        for (int i = 0; i < operation.numInputs(); i++) {
          open.add((GraphOperation) operation.input(i).op());
        }
      }
    }
    return reached;
  }
}
