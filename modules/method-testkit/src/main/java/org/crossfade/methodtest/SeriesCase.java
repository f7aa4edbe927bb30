package org.crossfade.methodtest;

import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.Step;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Runs a training step on another batch in each iteration, and compares losses, rates, gradients
 * and what has moved: the fields that the steps of PixDA and MetaPix have in common.
 */
public final class SeriesCase {
  private record LossField(Operand<TFloat32> value, double factor) {}

  private record Player(String role, String update) {}

  private final ParityCase parityCase;
  private final CaseGraph graph;
  private final Placeholder<TInt32> iteration;
  private CompiledStep compiled;
  private final Map<String, LossField> losses = new LinkedHashMap<>();
  private final Map<String, List<String>> rates = new LinkedHashMap<>();
  private final Map<String, Player> players = new LinkedHashMap<>();

  /** Prepares a case whose inputs have one row an iteration. */
  public SeriesCase(ParityCase parityCase, CaseGraph graph) {
    this.parityCase = parityCase;
    this.graph = graph;
    this.iteration = graph.tf().placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
  }

  /** Returns the current iteration's row of an input of whole numbers. */
  public Operand<TInt32> row(String field) {
    return row(graph.ints(field));
  }

  /** Returns the current iteration's row of whole numbers. */
  public Operand<TInt32> row(Operand<TInt32> rows) {
    return graph.tf().gather(rows, iteration, graph.tf().constant(0));
  }

  /** Compares {@code field} with factor·value of every iteration. */
  public void loss(String field, Operand<TFloat32> value, double factor) {
    losses.put(field, new LossField(value, factor));
  }

  /** Compares {@code field} with the rates of these groups in every iteration. */
  public void rates(String field, String... groups) {
    rates.put(field, List.of(groups));
  }

  /**
   * Says whose parameters the names behind {@code prefix} are.
   *
   * @param prefix such as {@code d1:}; empty for names without any
   * @param role of the variables
   * @param update that trains them
   */
  public void player(String prefix, String role, String update) {
    players.put(prefix, new Player(role, update));
  }

  /** Adds the step's gradients and updates to the graph, which can be initialised then. */
  public void compile(Step step) {
    compiled = graph.graph().compile(step);
  }

  /**
   * Runs the iterations and checks every field. The step is compiled, the graph initialised.
   *
   * @param startIteration iteration of the schedules at the first one
   */
  public void run(Expected expected, long startIteration) {
    int iterations = parityCase.param("iterations").asInt();
    List<String> names = names("param_names");
    Map<String, Operand<TFloat32>> before = new LinkedHashMap<>();
    losses.forEach((field, loss) -> before.put(field, loss.value()));
    for (String name : names) {
      Player player = players.get(prefix(name));
      before.put(
          name, compiled.gradients(player.update()).get(player.role() + "." + published(name)));
    }
    Map<String, float[]> start = parameters(names);
    Map<String, List<Double>> lossHistory = new LinkedHashMap<>();
    Map<String, List<Double>> rateHistory = new LinkedHashMap<>();
    List<Double> gradientNorms = new ArrayList<>();
    for (int t = 0; t < iterations; t++) {
      graph.graph().feed(iteration, TInt32.scalarOf(t));
      Map<String, float[]> values = graph.values(before);
      losses.forEach(
          (field, loss) ->
              lossHistory
                  .computeIfAbsent(field, f -> new ArrayList<>())
                  .add(loss.factor() * values.get(field)[0]));
      names.forEach(name -> gradientNorms.add(new Moved(values.get(name)).norm()));
      long scheduled = startIteration + t;
      rates.forEach(
          (field, groups) ->
              groups.forEach(
                  group ->
                      rateHistory
                          .computeIfAbsent(field, f -> new ArrayList<>())
                          .add(rate(group, scheduled))));
      graph.graph().run(compiled, scheduled);
    }
    lossHistory.forEach((field, history) -> expected.check(field, Doubles.toArray(history)));
    rateHistory.forEach((field, history) -> expected.check(field, Doubles.toArray(history)));
    expected.check("param.grad_norm", Doubles.toArray(gradientNorms));
    checkMoved(expected, names, start, parameters(names));
  }

  /** Checks {@code stat} and {@code batches_tracked}: what forward passes moved. */
  public void checkStatistics(Expected expected, String role) {
    List<String> names = names("stat_names");
    Map<String, Moved> values = new LinkedHashMap<>();
    graph
        .values(graph.parameters(role).select(names::contains).asMap())
        .forEach((name, value) -> values.put(name, new Moved(value)));
    expected.check("stat.norm", each(names, name -> values.get(name).norm()));
    expected.check("stat.rms", each(names, name -> values.get(name).rootMeanSquare()));
    expected.check(
        "stat.scaled", scaled(expected, "stat", names, values, parityCase.ints("stat_index")));
    String first = role + "." + names.get(0);
    long passes =
        compiled.step().stateUpdates().stream().filter(u -> u.variable().equals(first)).count();
    expected.check("batches_tracked", passes * parityCase.param("iterations").asLong());
  }

  /** Returns the values of the variables of a role that no training may move, by name. */
  public Map<String, float[]> fixed(String role) {
    String prefix = role + ".";
    Map<String, float[]> fixed = new LinkedHashMap<>();
    graph
        .graph()
        .variables(
            name ->
                name.startsWith(prefix)
                    && graph.graph().store().get(name).kind() == ParameterSpec.Kind.FIXED)
        .forEach((name, value) -> fixed.put(name.substring(prefix.length()), value));
    return fixed;
  }

  private void checkMoved(
      Expected expected, List<String> names, Map<String, float[]> start, Map<String, float[]> end) {
    int[] positions = parityCase.ints("sample_index");
    int columns = positions.length / names.size();
    Map<String, Moved> delta = new LinkedHashMap<>();
    double[] samples = new double[positions.length];
    for (int n = 0; n < names.size(); n++) {
      float[] moved = end.get(names.get(n));
      delta.put(names.get(n), new Moved(moved, start.get(names.get(n))));
      for (int i = n * columns; i < (n + 1) * columns; i++) {
        samples[i] = moved[positions[i]];
      }
    }
    expected.check("param.norm", each(names, name -> new Moved(end.get(name)).norm()));
    expected.check("param.samples", samples);
    expected.check("param.delta_norm", each(names, name -> delta.get(name).norm()));
    expected.check("delta.rms", each(names, name -> delta.get(name).rootMeanSquare()));
    expected.check("delta.scaled", scaled(expected, "delta", names, delta, positions));
  }

  /** Elements divided by the root mean square that the case stores. */
  private static double[] scaled(
      Expected expected,
      String field,
      List<String> names,
      Map<String, Moved> values,
      int[] positions) {
    double[] units = expected.values(field + ".rms");
    int columns = positions.length / names.size();
    double[] scaled = new double[positions.length];
    for (int i = 0; i < scaled.length; i++) {
      int row = i / columns;
      scaled[i] = units[row] == 0 ? 0 : values.get(names.get(row)).at(positions[i]) / units[row];
    }
    return scaled;
  }

  private Map<String, float[]> parameters(List<String> names) {
    Map<String, Operand<TFloat32>> operands = new LinkedHashMap<>();
    for (String name : names) {
      Player player = players.get(prefix(name));
      operands.put(name, graph.parameters(player.role()).get(published(name)));
    }
    return graph.values(operands);
  }

  private List<String> names(String option) {
    List<String> names = new ArrayList<>();
    parityCase.param(option).forEach(name -> names.add(name.asText()));
    return names;
  }

  private static String prefix(String name) {
    return name.substring(0, name.indexOf(':') + 1);
  }

  private static String published(String name) {
    return name.substring(name.indexOf(':') + 1);
  }

  private double rate(String group, long iteration) {
    return compiled.groups().stream()
        .filter(g -> g.name().equals(group))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no group '" + group + "'"))
        .schedule()
        .rateAt(iteration);
  }

  private static double[] each(List<String> names, ToDoubleFunction<String> value) {
    return names.stream().mapToDouble(value).toArray();
  }

  /** How far elements are from where they were, without a copy: VGG-16 has a tensor of 411 MB. */
  private static final class Moved {
    private final float[] now;
    private final float[] before;

    Moved(float[] now, float[] before) {
      this.now = now;
      this.before = before;
    }

    /** How far they are from 0. */
    Moved(float[] now) {
      this(now, new float[0]);
    }

    double at(int i) {
      return before.length == 0 ? now[i] : (double) now[i] - before[i];
    }

    double norm() {
      double squares = 0;
      for (int i = 0; i < now.length; i++) {
        squares += at(i) * at(i);
      }
      return Math.sqrt(squares);
    }

    double rootMeanSquare() {
      return norm() / Math.sqrt(now.length);
    }
  }
}
