package org.crossfade.core.method;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.optim.UpdateContext;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * A step whose gradients and updates are part of the graph.
 *
 * <p>Order inside a run: every variable is read once; all losses and all gradients are computed,
 * stream after stream where losses read one alone, so that the activations of one are alive at a
 * time; then everything moves.
 */
public final class CompiledStep {
  private final Step step;
  private final List<String> terms;
  private final List<ParameterGroup> groups;
  private final Set<String> trained;
  private final Map<String, Parameters> gradients;
  private final Placeholder<TFloat64> rates;
  private final Operand<TFloat32> report;
  private final Op train;

  private CompiledStep(
      Step step,
      List<String> terms,
      List<ParameterGroup> groups,
      Set<String> trained,
      Map<String, Parameters> gradients,
      Placeholder<TFloat64> rates,
      Operand<TFloat32> report,
      Op train) {
    this.step = step;
    this.terms = List.copyOf(terms);
    this.groups = List.copyOf(groups);
    this.trained = trained;
    this.gradients = gradients;
    this.rates = rates;
    this.report = report;
    this.train = train;
  }

  /**
   * Adds gradients and updates of {@code step}, built in {@code context}, to its graph.
   *
   * @throws IllegalArgumentException if a group selects no variable, a variable is in two groups or
   *     in a group and a state update, or a loss does not depend on a parameter that it should
   *     train
   * @throws IllegalStateException if a pass that moves something belongs to no step
   */
  public static CompiledStep compile(StepContext context, Step step) {
    context.requireAllPassesInSteps();
    Ops tf = context.tf();
    VariableStore store = context.variables();
    Optional<LossScale> scale = LossScale.of(context, step);
    var inTurn = new GradientsInTurn(tf, context.turns(), scale);
    var terms = new ArrayList<String>();
    var values = new ArrayList<Operand<TFloat32>>();
    var groups = new ArrayList<ParameterGroup>();
    var trained = new LinkedHashSet<String>();
    var gradients = new LinkedHashMap<String, Parameters>();
    for (Update update : step.updates()) {
      for (LossTerm term : update.terms()) {
        terms.add(term.name());
        values.add(term.value());
      }
      groups.addAll(update.groups());
      Parameters weights = trainedBy(store, step, update, trained);
      Parameters own = inTurn.of(terms(update), weights);
      gradients.put(update.name(), context.workers().map(w -> w.averaged(own)).orElse(own));
    }
    step.metrics()
        .forEach(
            (name, value) -> {
              terms.add(name);
              values.add(value);
            });
    Optional<Operand<TBool>> finite = scale.map(s -> s.finite(gradients.values()));
    scale.ifPresent(
        s ->
            s.logged(finite.orElseThrow())
                .forEach(
                    (name, value) -> {
                      terms.add(name);
                      values.add(value);
                    }));
    Map<String, Operand<TFloat32>> moved = stateValues(store, step.stateUpdates());
    for (String name : moved.keySet()) {
      if (trained.contains(name)) {
        throw new IllegalArgumentException(
            "variable '"
                + name
                + "' is moved by an update and by a state update of step '"
                + step.name()
                + "'; freeze it, or leave the state update out");
      }
    }

    var computed = new ArrayList<Op>();
    gradients.values().forEach(g -> computed.addAll(g.values()));
    computed.addAll(moved.values());
    // Also what no gradient needs is read before anything moves: logged values, and the weights.
    computed.addAll(values);
    trained.forEach(name -> computed.add(store.get(name).snapshot()));
    Ops always = tf.withControlDependencies(tf.withControlDependencies(computed).noOp());
    Ops after = scale.map(s -> s.where(finite.orElseThrow(), computed)).orElse(always);
    var rates = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(groups.size())));
    var applied = new ArrayList<Op>();
    moved.forEach((name, value) -> applied.add(store.get(name).assign(after, value)));
    applied.addAll(updates(tf, after, store, step, gradients, rates));
    scale.ifPresent(s -> applied.addAll(s.moved(always, finite.orElseThrow())));
    applied.addAll(inTurn.calls(computed));
    Op train = tf.withControlDependencies(applied).noOp();
    Operand<TFloat32> report = values.isEmpty() ? tf.constant(new float[0]) : tf.stack(values);
    return new CompiledStep(step, terms, groups, trained, gradients, rates, report, train);
  }

  /**
   * Moves the parameters, one after the other: what an update computes on the way is alive for one
   * parameter at a time.
   */
  private static List<Op> updates(
      Ops tf,
      Ops after,
      VariableStore store,
      Step step,
      Map<String, Parameters> gradients,
      Operand<TFloat64> rates) {
    var applied = new ArrayList<Op>();
    Ops next = after;
    int group = 0;
    for (Update update : step.updates()) {
      Variable counter = store.create(UpdateContext.counter(update.name()));
      for (ParameterGroup parameters : update.groups()) {
        Operand<TFloat64> rate = tf.gather(rates, tf.constant(group++), tf.constant(0));
        Parameters selected = gradients.get(update.name()).select(parameters.parameters());
        for (String name : selected.names()) {
          Op moved =
              update
                  .optimizer()
                  .withDecayFactor(parameters.decayFactor())
                  .apply(
                      new UpdateContext(next, store, update.name(), counter.snapshot()),
                      store.get(name),
                      selected.get(name),
                      rate,
                      parameters.repeats());
          applied.add(moved);
          next = tf.withControlDependencies(moved);
        }
      }
      applied.add(counter.assign(after, after.math.add(counter.snapshot(), after.constant(1f))));
    }
    return applied;
  }

  /** Returns the step that was compiled. */
  public Step step() {
    return step;
  }

  /** Returns the names of loss terms and metrics, in the order of {@link #run}'s result. */
  public List<String> terms() {
    return terms;
  }

  /** Returns the groups of all updates, in order. */
  public List<ParameterGroup> groups() {
    return groups;
  }

  /** Returns the full names of the variables that the step's updates move. */
  public Set<String> trained() {
    return Set.copyOf(trained);
  }

  /** Returns the gradients of an update's total loss, by full name. */
  public Parameters gradients(String update) {
    return gradients.get(update);
  }

  /**
   * Runs the step once.
   *
   * @param feeds values of placeholders; the tensors stay the caller's
   * @param iteration from 0; the schedules' argument
   * @return the unweighted loss terms and the metrics, from before the updates; in float16 also the
   *     scale of the loss, and 1 where the step is skipped, else 0
   */
  public float[] run(
      Session session, Map<? extends Operand<?>, ? extends Tensor> feeds, long iteration) {
    double[] current = groups.stream().mapToDouble(g -> g.schedule().rateAt(iteration)).toArray();
    try (TFloat64 rateValues = TFloat64.vectorOf(current)) {
      var runner = session.runner().feed(rates, rateValues).fetch(report).addTarget(train);
      feeds.forEach(runner::feed);
      try (var result = runner.run()) {
        TFloat32 values = (TFloat32) result.get(0);
        float[] losses = new float[terms.size()];
        for (int i = 0; i < losses.length; i++) {
          losses[i] = values.getFloat(i);
        }
        return losses;
      }
    }
  }

  private static Parameters trainedBy(
      VariableStore store, Step step, Update update, Set<String> trained) {
    Parameters weights = store.snapshots(ParameterSpec.Kind.WEIGHT);
    var selected = Parameters.empty();
    for (ParameterGroup group : update.groups()) {
      Parameters members = weights.select(group.parameters());
      if (members.isEmpty()) {
        throw new IllegalArgumentException(
            "group '"
                + group.name()
                + "' of update '"
                + update.name()
                + "' selects no variable: "
                + group.parameters());
      }
      for (String name : members.names()) {
        if (!trained.add(name)) {
          throw new IllegalArgumentException(
              "variable '" + name + "' is trained twice in step '" + step.name() + "'");
        }
      }
      selected = selected.and(members);
    }
    return selected;
  }

  private static List<LossTerm> terms(Update update) {
    if (update.terms().isEmpty()) {
      throw new IllegalArgumentException("update '" + update.name() + "' has no loss term");
    }
    return update.terms();
  }

  private static Map<String, Operand<TFloat32>> stateValues(
      VariableStore store, List<StateUpdate> updates) {
    var values = new LinkedHashMap<String, Operand<TFloat32>>();
    for (StateUpdate update : updates) {
      Operand<TFloat32> before =
          values.getOrDefault(update.variable(), store.get(update.variable()).snapshot());
      values.put(update.variable(), update.next().apply(before));
    }
    return values;
  }
}
