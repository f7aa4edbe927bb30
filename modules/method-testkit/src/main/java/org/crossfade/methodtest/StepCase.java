package org.crossfade.methodtest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.optim.Adam;
import org.crossfade.core.optim.Sgd;
import org.crossfade.core.optim.UpdateContext;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Runs a training step as often as a case says, and compares losses, rates, first gradients and
 * what has moved.
 */
public final class StepCase {
  private record LossField(String field, Operand<TFloat32> perProcess, double factor) {}

  private record GradientField(String field, Moved moved, Parameters gradients) {}

  /** The variables of one role, compared below the fields' prefix. */
  private record Moved(String prefix, String role, String update, SampledTensors tensors) {}

  private final ParityCase parityCase;
  private final CaseGraph graph;
  private final CompiledStep compiled;
  private final List<LossField> losses = new ArrayList<>();
  private final List<GradientField> gradients = new ArrayList<>();
  private final Map<String, Operand<TFloat32>> outputs = new LinkedHashMap<>();
  private final Map<String, Moved> trained = new LinkedHashMap<>();
  private List<String> rateGroups = List.of();

  /** Compiles a step of the case's graph. */
  public StepCase(ParityCase parityCase, CaseGraph graph, Step step) {
    this.parityCase = parityCase;
    this.graph = graph;
    this.compiled = graph.graph().compile(step);
  }

  /** Compares {@code loss.NAME} with {@code factor}·{@code perProcess} of every iteration. */
  public void loss(String name, Operand<TFloat32> perProcess, double factor) {
    losses.add(new LossField("loss." + name, perProcess, factor));
  }

  /** Compares {@code field} with the values of all iterations, each from before its updates. */
  public void history(String field, Operand<TFloat32> value) {
    losses.add(new LossField(field, value, 1));
  }

  /** Compares {@code field} with the value before the first update. */
  public void output(String field, Operand<TFloat32> value) {
    outputs.put(field, value);
  }

  /** Compares {@code lr} with the rates of these groups of the step's updates, in this order. */
  public void rates(String... groups) {
    rateGroups = List.of(groups);
  }

  /**
   * Compares what a role's variables have become: {@code value}, {@code delta}, and {@code
   * momentum} or {@code adam_m} and {@code adam_v}, each behind {@code prefix}.
   *
   * @param update that trains the role
   * @param namesOption option that lists the tensors
   * @param positionsInput input that holds the positions of the compared elements
   */
  public void trained(
      String prefix, String role, String update, String namesOption, String positionsInput) {
    var tensors = SampledTensors.of(parityCase, namesOption, positionsInput);
    trained.put(role, new Moved(prefix, role, update, tensors));
  }

  /**
   * Compares {@code PREFIXgrad.TERM} with the gradient of weighted loss terms in the first
   * iteration, with respect to a role given to {@link #trained}.
   */
  public void gradient(String term, String role, LossTerm... terms) {
    Moved moved = trained.get(role);
    var tf = graph.tf();
    Operand<TFloat32> sum = tf.constant(0f);
    for (LossTerm loss : terms) {
      sum = tf.math.add(sum, tf.math.mul(loss.value(), tf.constant((float) loss.weight())));
    }
    Parameters parameters =
        graph.parameters(role).select(name -> moved.tensors().names().contains(name));
    gradients.add(
        new GradientField(
            moved.prefix() + "grad." + term,
            moved,
            new GradientTape(tf).gradientOrZero(sum, parameters)));
  }

  /** Returns the loss term of the step called {@code name}. */
  public LossTerm term(String name) {
    return compiled.step().updates().stream()
        .flatMap(update -> update.terms().stream())
        .filter(term -> term.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no term '" + name + "'"));
  }

  /** Runs the iterations and checks every field that was announced. The graph is initialised. */
  public void run(Expected expected) {
    graph.values(outputs).forEach((field, value) -> checkIfExpected(expected, field, value));
    for (GradientField gradient : gradients) {
      gradient
          .moved()
          .tensors()
          .checkScaled(
              expected, gradient.field(), wide(graph.values(gradient.gradients().asMap())));
    }
    Map<String, Map<String, double[]>> before = new LinkedHashMap<>();
    trained.forEach((role, moved) -> before.put(role, values(moved)));
    iterate(expected);
    trained.forEach((role, moved) -> checkMoved(expected, moved, before.get(role)));
    if (parityCase.hasInput("stat.sample_index")) {
      var statistics = SampledTensors.of(parityCase, "stat_names", "stat.sample_index");
      var stored = graph.parameters("segmenter").select(statistics.names()::contains);
      statistics.checkSamples(expected, "stat", wide(graph.values(stored.asMap())));
    }
  }

  private void iterate(Expected expected) {
    int iterations = parityCase.param("iterations").asInt();
    Map<String, List<Double>> history = new LinkedHashMap<>();
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < iterations; i++) {
      Map<String, Operand<TFloat32>> operands = new LinkedHashMap<>();
      losses.forEach(loss -> operands.put(loss.field(), loss.perProcess()));
      Map<String, float[]> values = graph.values(operands);
      for (LossField loss : losses) {
        List<Double> row = history.computeIfAbsent(loss.field(), f -> new ArrayList<>());
        for (float value : values.get(loss.field())) {
          row.add(loss.factor() * value);
        }
      }
      for (String group : rateGroups) {
        rates.add(rate(group, i));
      }
      graph.graph().run(compiled, i);
    }
    history.forEach((field, values) -> expected.check(field, array(values)));
    expected.check("lr", array(rates));
  }

  private double rate(String group, int iteration) {
    return compiled.groups().stream()
        .filter(g -> g.name().equals(group))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no group '" + group + "'"))
        .schedule()
        .rateAt(iteration);
  }

  private void checkMoved(Expected expected, Moved moved, Map<String, double[]> before) {
    Map<String, double[]> after = values(moved);
    Map<String, double[]> delta = new LinkedHashMap<>();
    after.forEach(
        (name, values) -> {
          double[] difference = values.clone();
          for (int i = 0; i < difference.length; i++) {
            difference[i] -= before.get(name)[i];
          }
          delta.put(name, difference);
        });
    SampledTensors tensors = moved.tensors();
    tensors.checkSamples(expected, moved.prefix() + "value", after);
    tensors.checkScaled(expected, moved.prefix() + "delta", delta);
    checkSlot(expected, moved, "momentum", Sgd.MOMENTUM);
    checkSlot(expected, moved, "adam_m", Adam.FIRST_MOMENT);
    checkSlot(expected, moved, "adam_v", Adam.SECOND_MOMENT);
  }

  private void checkSlot(Expected expected, Moved moved, String field, String slot) {
    if (!expected.has(moved.prefix() + field + ".norm")) {
      return;
    }
    Map<String, Operand<TFloat32>> slots = new LinkedHashMap<>();
    for (String name : moved.tensors().names()) {
      String variable = UpdateContext.slotName(moved.update(), slot, moved.role() + "." + name);
      slots.put(name, graph.graph().store().get(variable).snapshot());
    }
    moved.tensors().checkScaled(expected, moved.prefix() + field, wide(graph.values(slots)));
  }

  private Map<String, double[]> values(Moved moved) {
    Parameters parameters =
        graph.parameters(moved.role()).select(moved.tensors().names()::contains);
    return wide(graph.values(parameters.asMap()));
  }

  private static void checkIfExpected(Expected expected, String field, float[] value) {
    if (expected.has(field)) {
      expected.check(field, value);
    }
  }

  private static Map<String, double[]> wide(Map<String, float[]> values) {
    var wide = new LinkedHashMap<String, double[]>();
    values.forEach(
        (name, array) -> {
          double[] copy = new double[array.length];
          for (int i = 0; i < copy.length; i++) {
            copy[i] = array[i];
          }
          wide.put(name, copy);
        });
    return wide;
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
