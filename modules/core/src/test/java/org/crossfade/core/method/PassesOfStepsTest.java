package org.crossfade.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.StateUpdate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/**
 * What passes move is part of the step that is made after them, whatever their role, and each draws
 * its own numbers.
 */
class PassesOfStepsTest {
  private final ScratchGraph graph = new ScratchGraph();
  private final Ops tf = graph.tf();
  private final StepContext context = new StepContext(tf, graph.store(), List.of());

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void runningStatisticsOfEveryPassMove() {
    statistic("segmenter.mean");
    statistic("teacher.mean");
    add(context.training("segmenter"), 1);
    multiply(context.training("segmenter"), 10);
    add(context.batchStatistics("teacher"), 2);

    run(context.step("step", List.of(), List.of()));

    assertThat(value("segmenter.mean")).isEqualTo(10);
    assertThat(value("teacher.mean")).isEqualTo(2);
  }

  @Test
  void theStepsOwnChangesComeAfterThoseOfItsPasses() {
    statistic("segmenter.mean");
    add(context.training("segmenter"), 1);

    run(
        context.step(
            "step",
            List.of(),
            List.of(),
            List.of(new StateUpdate("segmenter.mean", old -> tf.math.mul(old, tf.constant(5f)))),
            Map.of()));

    assertThat(value("segmenter.mean")).isEqualTo(5);
  }

  @Test
  void aPassBelongsToTheStepThatIsMadeNext() {
    statistic("a.mean");
    statistic("b.mean");
    add(context.training("a"), 1);
    Step first = context.step("first", List.of(), List.of());
    add(context.training("b"), 1);
    Step second = context.step("second", List.of(), List.of());

    assertThat(first.stateUpdates()).extracting(StateUpdate::variable).containsExactly("a.mean");
    assertThat(second.stateUpdates()).extracting(StateUpdate::variable).containsExactly("b.mean");
  }

  @Test
  void onlyAPassThatSaysSoMovesNothing() {
    statistic("teacher.mean");
    add(context.training("teacher").withoutStateUpdates(), 1);

    assertThat(context.step("step", List.of(), List.of()).stateUpdates()).isEmpty();
  }

  @Test
  void aPassBehindTheLastStepIsRefused() {
    statistic("segmenter.mean");
    Step step = context.step("step", List.of(), List.of());
    add(context.training("segmenter"), 1);

    assertThatThrownBy(() -> CompiledStep.compile(context, step))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'segmenter.mean'")
        .hasMessageContaining("before their step");
  }

  @Test
  void aPassMovesNothingMoreWhenItsStepIsMade() {
    Forward pass = context.training("segmenter");
    context.step("step", List.of(), List.of());

    assertThatThrownBy(() -> add(pass.below("head"), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'segmenter.head.mean'");
  }

  /** Two passes of a step drop different channels, and so do those of two steps. */
  @Test
  void everyPassHasRandomNumbersOfItsOwn() {
    Forward source = context.training("segmenter");
    Forward target = context.training("segmenter");
    context.step("first", List.of(), List.of());
    Forward again = context.training("segmenter");
    Forward teacher = context.training("teacher");

    assertThat(Stream.of(source, target, again, teacher).map(this::seed)).doesNotHaveDuplicates();
  }

  /** A graph that is built again, to resume, draws the same numbers. */
  @Test
  void theNumbersOfAPassDependOnItsPlaceAlone() {
    context.training("teacher");
    Forward first = context.training("segmenter");
    Forward second = context.training("segmenter");
    var rebuilt = new StepContext(tf, graph.store(), List.of());

    assertThat(seed(rebuilt.training("segmenter"), rebuilt)).isEqualTo(seed(first));
    assertThat(seed(rebuilt.training("segmenter"), rebuilt)).isEqualTo(seed(second));
  }

  private List<Long> seed(Forward pass) {
    return seed(pass, context);
  }

  private List<Long> seed(Forward pass, StepContext owner) {
    try (TInt64 fed = TInt64.vectorOf(3, 7);
        Result result =
            graph.session().runner().feed(owner.seedFeed(), fed).fetch(pass.seed()).run()) {
      TInt64 seed = (TInt64) result.get(0);
      return List.of(seed.getLong(0), seed.getLong(1));
    }
  }

  private void statistic(String name) {
    graph
        .store()
        .create(
            ParameterSpec.weight(name, Shape.scalar(), Initializer.zeros())
                .as(ParameterSpec.Kind.STATISTIC));
  }

  private void add(Forward pass, float value) {
    pass.update("mean", old -> tf.math.add(old, tf.constant(value)));
  }

  private void multiply(Forward pass, float value) {
    pass.update("mean", old -> tf.math.mul(old, tf.constant(value)));
  }

  private void run(Step step) {
    CompiledStep compiled = CompiledStep.compile(context, step);
    graph.store().initialize(graph.session());
    compiled.run(graph.session(), Map.of(), 0);
  }

  private float value(String name) {
    return graph.fetch(name)[0];
  }
}
