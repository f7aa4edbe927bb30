package org.crossfade.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import java.util.Map;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.optim.Adam;
import org.crossfade.core.optim.Optimizer;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.optim.Schedule;
import org.crossfade.core.optim.Sgd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class CompiledStepTest {
  private static final Schedule TENTH = Schedule.constant(0.1);
  private static final Optimizer PLAIN = new Sgd(0, 0);

  private final ScratchGraph graph = new ScratchGraph();
  private final Ops tf = graph.tf();
  private final StepContext context = new StepContext(tf, graph.store(), List.of());

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void allUpdatesOfAStepSeeTheSameSnapshot() {
    // Both minimise a·b from (1, 1): each moves by the other's value before the step.
    Variable a = graph.scalar("a", 1);
    Variable b = graph.scalar("b", 1);
    Operand<TFloat32> product = tf.math.mul(a.snapshot(), b.snapshot());
    CompiledStep step =
        compile(List.of(update("first", product, "a"), update("second", product, "b")));

    run(step, 0);

    assertThat(value("a")).isCloseTo(0.9f, offset(1e-6f));
    assertThat(value("b")).isCloseTo(0.9f, offset(1e-6f));
  }

  @Test
  void twoStepsSeeEachOther() {
    Variable a = graph.scalar("a", 1);
    Variable b = graph.scalar("b", 1);
    Operand<TFloat32> product = tf.math.mul(a.snapshot(), b.snapshot());
    CompiledStep first = compile(List.of(update("first", product, "a")));
    CompiledStep second = compile(List.of(update("second", product, "b")));
    graph.store().initialize(graph.session());

    first.run(graph.session(), Map.of(), 0);
    second.run(graph.session(), Map.of(), 0);

    assertThat(value("b")).isCloseTo(0.91f, offset(1e-6f));
  }

  @Test
  void lossTermsAndMetricsAreReportedFromBeforeTheStepWithoutWeights() {
    Variable a = graph.scalar("a", 3);
    var update =
        new Update(
            "u",
            List.of(
                new LossTerm("square", 1, tf.math.square(a.snapshot())),
                new LossTerm("linear", 10, a.snapshot())),
            List.of(new ParameterGroup("g", NamePattern.of("a"), TENTH)),
            PLAIN);
    CompiledStep step =
        CompiledStep.compile(
            context,
            context.step(
                "step", List.of(), List.of(update), List.of(), Map.of("value", a.snapshot())));

    float[] report = run(step, 0);

    assertThat(step.terms()).containsExactly("square", "linear", "value");
    assertThat(report).containsExactly(9, 3, 3);
    // 3 − 0.1·(2·3 + 10)
    assertThat(value("a")).isCloseTo(1.4f, offset(1e-6f));
  }

  @Test
  void metricOfAVariableThatMovesIsItsValueBefore() {
    graph.scalar("w", 1);
    Variable free = graph.scalar("free", 5);
    var state = new StateUpdate("free", old -> tf.constant(7f));
    var step =
        CompiledStep.compile(
            context,
            context.step(
                "step", List.of(), List.of(), List.of(state), Map.of("free", free.snapshot())));
    graph.store().initialize(graph.session());

    assertThat(step.run(graph.session(), Map.of(), 0)).containsExactly(5);
    for (int i = 0; i < 20; i++) {
      assertThat(step.run(graph.session(), Map.of(), i)).containsExactly(7);
    }
  }

  @Test
  void schedulesAreAskedForTheIterationAndEachGroupHasItsOwn() {
    Variable a = graph.scalar("a", 0);
    Variable b = graph.scalar("b", 0);
    var update =
        new Update(
            "u",
            List.of(new LossTerm("sum", 1, tf.math.add(a.snapshot(), b.snapshot()))),
            List.of(
                new ParameterGroup("slow", NamePattern.of("a"), i -> i),
                new ParameterGroup("fast", NamePattern.of("b"), i -> 10 * i)),
            PLAIN);

    run(compile(List.of(update)), 3);

    assertThat(value("a")).isEqualTo(-3);
    assertThat(value("b")).isEqualTo(-30);
  }

  @Test
  void discriminatorStepLeavesOtherVariablesUntouched() {
    Variable a = graph.scalar("segmenter.w", 2);
    Variable b = graph.scalar("discriminator.w", 2);
    Operand<TFloat32> product = tf.math.mul(a.snapshot(), b.snapshot());
    CompiledStep step = compile(List.of(update("d", product, "discriminator.**")));

    run(step, 0);

    assertThat(step.trained()).containsExactly("discriminator.w");
    assertThat(value("segmenter.w")).isEqualTo(2);
    assertThat(value("discriminator.w")).isCloseTo(1.8f, offset(1e-6f));
  }

  @Test
  void variableTrainedTwiceIsRefused() {
    Variable a = graph.scalar("a", 1);

    assertThatThrownBy(
            () -> compile(List.of(update("u", a.snapshot(), "a"), update("v", a.snapshot(), "**"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a' is trained twice")
        .hasMessageContaining("'step'");
  }

  @Test
  void variableTrainedAndMovedByAStateUpdateIsRefused() {
    Variable a = graph.scalar("a", 1);
    var step =
        context.step(
            "step",
            List.of(),
            List.of(update("u", a.snapshot(), "a")),
            List.of(new StateUpdate("a", old -> old)),
            Map.of());

    assertThatThrownBy(() -> CompiledStep.compile(context, step))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a'")
        .hasMessageContaining("state update");
  }

  @Test
  void groupThatSelectsNothingIsRefused() {
    Variable a = graph.scalar("a", 1);

    assertThatThrownBy(() -> compile(List.of(update("u", a.snapshot(), "segmenter.**"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("selects no variable")
        .hasMessageContaining("segmenter.**");
  }

  @Test
  void parameterThatTheLossDoesNotReachIsNamed() {
    Variable a = graph.scalar("a", 1);
    graph.scalar("b", 1);

    assertThatThrownBy(() -> compile(List.of(update("u", a.snapshot(), "**"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not depend on b");
  }

  @Test
  void updateWithoutALossIsRefused() {
    graph.scalar("a", 1);
    var update =
        new Update(
            "u", List.of(), List.of(new ParameterGroup("g", NamePattern.of("a"), TENTH)), PLAIN);

    assertThatThrownBy(() -> compile(List.of(update))).hasMessageContaining("'u' has no loss");
  }

  @Test
  void fixedVariablesAreNeverTrained() {
    Variable a = graph.scalar("a", 1);
    graph
        .store()
        .create(
            ParameterSpec.weight("fixed", Shape.scalar(), Initializer.ones())
                .as(ParameterSpec.Kind.FIXED));

    assertThat(compile(List.of(update("u", a.snapshot(), "**"))).trained()).containsExactly("a");
  }

  @Test
  void stateUpdatesOfOneVariableComposeInOrder() {
    graph.scalar("a", 3);
    var step =
        CompiledStep.compile(
            context,
            context.step(
                "step",
                List.of(),
                List.of(),
                List.of(
                    new StateUpdate("a", old -> tf.math.add(old, tf.constant(1f))),
                    new StateUpdate("a", old -> tf.math.mul(old, tf.constant(10f)))),
                Map.of()));

    run(step, 0);

    assertThat(value("a")).isEqualTo(40);
  }

  @Test
  void stateUpdateSeesOtherVariablesBeforeTheStep() {
    Variable student = graph.scalar("student", 1);
    graph.store().create(frozen("teacher", 5));
    var step =
        CompiledStep.compile(
            context,
            context.step(
                "step",
                List.of(),
                List.of(update("u", student.snapshot(), "student")),
                List.of(new StateUpdate("teacher", old -> student.snapshot())),
                Map.of()));

    run(step, 0);

    assertThat(value("student")).isCloseTo(0.9f, offset(1e-6f));
    assertThat(value("teacher")).isEqualTo(1);
  }

  @Test
  void repeatedSgdRestartsItsMomentumInTheFirstIterationAlone() {
    // Gradient 1, μ 0.5, rate 0.1. Iteration 0: v = 1 three times. Iteration 1: 1.5, 1.75, 1.875.
    repeated(Sgd.FirstStep.INDEPENDENT, 3, -0.1f * 3, -0.1f * (3 + 1.5f + 1.75f + 1.875f));
  }

  @Test
  void sequentialSgdSharesItsMomentumFromTheStart() {
    // Iteration 0: 1, 1.5, 1.75. Iteration 1: 1.875, 1.9375, 1.96875.
    float first = 1 + 1.5f + 1.75f;
    float second = 1.875f + 1.9375f + 1.96875f;
    repeated(Sgd.FirstStep.SEQUENTIAL, 3, -0.1f * first, -0.1f * (first + second));
  }

  @Test
  void repeatedAdamIsRefused() {
    Variable a = graph.scalar("a", 1);
    var group = new ParameterGroup("g", NamePattern.of("a"), TENTH, 3);
    var update =
        new Update(
            "u",
            List.of(new LossTerm("loss", 1, a.snapshot())),
            List.of(group),
            new Adam(0.9, 0.99));

    assertThatThrownBy(() -> compile(List.of(update)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Adam");
    assertThatThrownBy(() -> new ParameterGroup("g", NamePattern.of("a"), TENTH, 0))
        .hasMessageContaining("at least 1");
  }

  private void repeated(Sgd.FirstStep firstStep, int repeats, float afterOne, float afterTwo) {
    Variable a = graph.scalar("a", 0);
    var group = new ParameterGroup("g", NamePattern.of("a"), TENTH, repeats);
    var update =
        new Update(
            "u",
            List.of(new LossTerm("loss", 1, a.snapshot())),
            List.of(group),
            new Sgd(0.5, 0, firstStep));
    CompiledStep step = compile(List.of(update));

    run(step, 0);
    assertThat(value("a")).isCloseTo(afterOne, offset(1e-6f));
    step.run(graph.session(), Map.of(), 1);
    assertThat(value("a")).isCloseTo(afterTwo, offset(1e-6f));
  }

  private static Update update(String name, Operand<TFloat32> loss, String pattern) {
    return new Update(
        name,
        List.of(new LossTerm("loss", 1, loss)),
        List.of(new ParameterGroup("all", NamePattern.of(pattern), TENTH)),
        PLAIN);
  }

  private static ParameterSpec frozen(String name, float value) {
    return ParameterSpec.weight(name, Shape.scalar(), new Initializer.Constant(value))
        .as(ParameterSpec.Kind.STATISTIC);
  }

  private CompiledStep compile(List<Update> updates) {
    return CompiledStep.compile(context, context.step("step", List.of(), updates));
  }

  private float[] run(CompiledStep step, long iteration) {
    graph.store().initialize(graph.session());
    return step.run(graph.session(), Map.of(), iteration);
  }

  private float value(String name) {
    return graph.fetch(name)[0];
  }
}
