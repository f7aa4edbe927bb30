package org.crossfade.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import java.util.Map;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.optim.Schedule;
import org.crossfade.core.optim.Sgd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Float16's range is too small for gradients: losses are scaled, by as much as it bears. */
class LossScaleTest {
  private static final String SCALE = "loss-scale.step.value";
  private static final String GOOD = "loss-scale.step.good-steps";
  private static final String SKIPPED = "loss-scale.step.skipped-steps";

  private final ScratchGraph graph = new ScratchGraph();
  private final Ops tf = graph.tf();

  @AfterEach
  void close() {
    graph.close();
  }

  /** One step of SGD with momentum on factor·w·1, which is a product, and a counter. */
  private CompiledStep step(Precision precision, float factor, double rate) {
    precision.declare(tf);
    var context = new StepContext(tf, graph.store(), List.of());
    Variable w = graph.scalar("w", 1);
    graph.scalar("free", 0);
    Operand<TFloat32> product =
        Precision.product(tf, w.snapshot(), tf.constant(1f), (a, b) -> tf.math.mul(a, b));
    var update =
        new Update(
            "u",
            List.of(new LossTerm("loss", factor, product)),
            List.of(new ParameterGroup("g", NamePattern.of("w"), Schedule.constant(rate))),
            new Sgd(0.9, 0));
    var counted = new StateUpdate("free", old -> tf.math.add(old, tf.constant(1f)));
    CompiledStep step =
        CompiledStep.compile(
            context, context.step("step", List.of(), List.of(update), List.of(counted), Map.of()));
    graph.store().initialize(graph.session());
    return step;
  }

  private float value(String name) {
    return graph.fetch(name)[0];
  }

  private float[] run(CompiledStep step) {
    return step.run(graph.session(), Map.of(), 0);
  }

  @Test
  void gradientsBelowFloat16AreKept() {
    CompiledStep step = step(Precision.EMULATED_FLOAT16, 1e-9f, 1e8);

    assertThat(step.terms()).containsExactly("loss", "step.loss-scale", "step.skipped");
    assertThat(run(step)).containsExactly(1, 65536, 0);

    // Without a scale 1e-9 would be rounded to 0.
    assertThat(value("w")).isCloseTo(0.9f, offset(1e-4f));
    assertThat(value(GOOD)).isEqualTo(1);
    assertThat(value("free")).isEqualTo(1);
  }

  @Test
  void aStepWhoseGradientOverflowsIsSkippedWholeUntilTheScaleFits() {
    CompiledStep step = step(Precision.EMULATED_FLOAT16, 1e4f, 1e-5);

    float[] first = run(step);

    assertThat(first).containsExactly(1, 65536, 1);
    assertThat(LossScale.saysSkipped("step.skipped", first[2])).isTrue();
    assertThat(value("w")).isEqualTo(1);
    assertThat(value("optimizer.u.momentum.w")).isZero();
    assertThat(value("optimizer.u.steps")).isZero();
    assertThat(value("free")).isZero();
    assertThat(value(SCALE)).isEqualTo(32768);
    assertThat(value(SKIPPED)).isEqualTo(1);

    // 1e4·4 is the first that float16 holds.
    for (int i = 0; i < 14; i++) {
      run(step);
    }

    assertThat(value(SCALE)).isEqualTo(4);
    assertThat(value(SKIPPED)).isEqualTo(14);
    assertThat(value(GOOD)).isEqualTo(1);
    assertThat(value("w")).isCloseTo(0.9f, offset(1e-4f));
    assertThat(value("optimizer.u.steps")).isEqualTo(1);
    assertThat(value("free")).isEqualTo(1);
  }

  @Test
  void twoThousandGoodStepsDoubleTheScaleAndASkippedOneBeginsThemAnew() {
    CompiledStep step = step(Precision.EMULATED_FLOAT16, 0.5f, 0);
    graph.assign(GOOD, 1999);

    run(step);
    assertThat(value(SCALE)).isEqualTo(131072);
    assertThat(value(GOOD)).isZero();

    graph.assign(GOOD, 1999);
    run(step); // 0.5·131072 is more than float16 holds.
    assertThat(value(SCALE)).isEqualTo(65536);
    assertThat(value(GOOD)).isZero();
    assertThat(value(SKIPPED)).isEqualTo(1);
  }

  @Test
  void aScaleThatOnlyFallsIsDivergence() {
    assertThat(LossScale.saysDiverged("step.loss-scale", LossScale.SMALLEST / 2)).isTrue();
    assertThat(LossScale.saysDiverged("step.loss-scale", LossScale.SMALLEST)).isFalse();
    assertThat(LossScale.saysDiverged("loss", 0)).isFalse();
  }

  @Test
  void bfloat16AndFloat32HaveNoScale() {
    CompiledStep step = step(Precision.EMULATED_BFLOAT16, 1e-9f, 1e8);

    assertThat(step.terms()).containsExactly("loss");
    run(step);
    assertThat(value("w")).isCloseTo(0.9f, offset(1e-3f));
    assertThat(graph.store().variables()).extracting(Variable::name).doesNotContain(SCALE);
  }
}
