package org.crossfade.core.graph;

import com.google.common.collect.Iterables;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.crossfade.autodiff.NodeNames;
import org.crossfade.autodiff.Parameters;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * The only creator of variables. All are float32 resource variables with unique shared names;
 * legacy variables crash TensorFlow's native gradients, and a handle without a shared name is
 * shared by all.
 */
public final class VariableStore {
  /** How many names an error message lists. */
  private static final int NAMES_SHOWN = 12;

  private record Assignment(Placeholder<TFloat32> value, Op assign) {}

  private final Ops tf;
  private final long seed;
  private final Initializer.Feeds feeds;
  private final MemoryRoom room = MemoryRoom.ofMachine();
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, Assignment> assignments = new LinkedHashMap<>();

  /**
   * Creates an empty store.
   *
   * @param tf operations of the graph that holds the variables
   * @param seed of the random initial values
   */
  public VariableStore(Ops tf, long seed) {
    NodeNames.requireAsciiDigits();
    this.tf = tf;
    this.seed = seed;
    this.feeds = Initializer.Feeds.in(tf);
  }

  /**
   * Creates the variables of a network and returns their snapshots, named as in {@code specs}.
   *
   * @param role the network's role, the first part of its variables' names: {@code segmenter}
   * @throws IllegalArgumentException if a name is taken
   */
  public Parameters declare(String role, List<ParameterSpec> specs) {
    var declared = new LinkedHashMap<String, Operand<TFloat32>>();
    for (ParameterSpec spec : specs) {
      declared.put(spec.name(), create(spec.under(role)).snapshot());
    }
    return Parameters.of(declared);
  }

  /**
   * Creates one variable.
   *
   * @throws IllegalArgumentException if its name is taken, or it is too large for Java or for the
   *     machine: TensorFlow would end the process
   */
  public Variable create(ParameterSpec spec) {
    String name = spec.name();
    if (variables.containsKey(name)) {
      throw new IllegalArgumentException("variable '" + name + "' is declared twice");
    }
    room.take(spec);
    var handle =
        tf.withName(name).varHandleOp(TFloat32.class, spec.shape(), VarHandleOp.sharedName(name));
    var snapshot = tf.withName(name + ".read").readVariableOp(handle, TFloat32.class);
    // The read operation itself does not know its shape; static shapes are checked at build time.
    var shaped = tf.withName(name + ".value").ensureShape(snapshot, spec.shape());
    var initializer =
        tf.assignVariableOp(handle, spec.initializer().value(tf, name, spec.shape(), feeds));
    var variable = new Variable(name, spec.shape(), spec.kind(), handle, shaped, initializer);
    variables.put(name, variable);
    return variable;
  }

  /**
   * Returns the variable called {@code name}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Variable get(String name) {
    Variable variable = variables.get(name);
    if (variable == null) {
      throw new IllegalArgumentException(unknown(name));
    }
    return variable;
  }

  /** Returns all variables in the order of their creation. */
  public Collection<Variable> variables() {
    return Collections.unmodifiableCollection(variables.values());
  }

  /** Returns the snapshots of the variables of one kind, by full name. */
  public Parameters snapshots(ParameterSpec.Kind kind) {
    var selected = new LinkedHashMap<String, Operand<TFloat32>>();
    variables.values().stream()
        .filter(v -> v.kind() == kind)
        .forEach(v -> selected.put(v.name(), v.snapshot()));
    return Parameters.of(selected);
  }

  /** Gives every variable its starting value. */
  public void initialize(Session session) {
    initialize(session, variable -> true);
  }

  /**
   * Gives some variables their starting value: those that nothing else is assigned to before they
   * are read.
   */
  public void initialize(Session session, Predicate<Variable> selected) {
    List<Variable> started = variables.values().stream().filter(selected).toList();
    try (TInt64 seedValue = TInt64.scalarOf(seed);
        TFloat32 zero = TFloat32.scalarOf(0)) {
      var runner = session.runner().feed(feeds.seed(), seedValue).feed(feeds.zero(), zero);
      started.forEach(v -> runner.addTarget(v.initializer()));
      if (!started.isEmpty()) {
        runner.run().close();
      }
    }
  }

  /**
   * Assigns values to variables.
   *
   * @param values by full name; the tensors stay the caller's
   * @throws IllegalArgumentException if a name is unknown or a shape does not fit; nothing is
   *     assigned then
   */
  public void assign(Session session, Map<String, ? extends Tensor> values) {
    var problems = new ArrayList<String>();
    values.forEach(
        (name, tensor) -> {
          Variable variable = variables.get(name);
          if (variable == null) {
            problems.add(unknown(name));
          } else if (!variable.shape().equals(tensor.shape())) {
            problems.add(
                "'" + name + "' has the shape " + variable.shape() + ", not " + tensor.shape());
          }
        });
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    var runner = session.runner();
    values.forEach(
        (name, tensor) -> {
          Assignment a = assignments.computeIfAbsent(name, this::assignment);
          runner.feed(a.value(), tensor).addTarget(a.assign());
        });
    if (!values.isEmpty()) {
      runner.run().close();
    }
  }

  private String unknown(String name) {
    String known = String.join(", ", Iterables.limit(variables.keySet(), NAMES_SHOWN));
    return "no variable '"
        + name
        + "'; there are "
        + variables.size()
        + (variables.isEmpty() ? "" : ": " + known)
        + (variables.size() > NAMES_SHOWN ? ", ..." : "");
  }

  private Assignment assignment(String name) {
    Variable variable = variables.get(name);
    Placeholder<TFloat32> value =
        tf.placeholder(TFloat32.class, Placeholder.shape(variable.shape()));
    return new Assignment(value, variable.assign(tf, value));
  }
}
