package org.crossfade.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.optim.Optimizer;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.core.optim.Schedule;
import org.crossfade.core.optim.Sgd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

class TurnTest {
  private static final Schedule TENTH = Schedule.constant(0.1);
  private static final Optimizer PLAIN = new Sgd(0, 0);

  private final ScratchGraph graph = new ScratchGraph();
  private final Ops tf = graph.tf();
  private final StepContext streams =
      new StepContext(tf, graph.store(), List.of(stream("source"), stream("target")));

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void gradientsInTurnSumToThoseOfTheTotalLoss() {
    Variable a = graph.scalar("a", 2);
    Variable b = graph.scalar("b", 3);
    Operand<TFloat32> source = sum("source");
    Operand<TFloat32> target = sum("target");
    var update =
        new Update(
            "u",
            List.of(
                new LossTerm("source", 1, tf.math.mul(source, a.snapshot())),
                new LossTerm(
                    "target", 10, tf.math.mul(target, tf.math.mul(a.snapshot(), b.snapshot())))),
            List.of(new ParameterGroup("g", NamePattern.of("**"), TENTH)),
            PLAIN);
    var step = compile(update);

    float[] losses = run(step);

    // The sums over the images are 4 and 5: 4a, 5ab; then a -= 0.1(4 + 10·5b), b -= 0.1·10·5a.
    assertThat(losses).containsExactly(8, 30);
    assertThat(graph.fetch("a")[0]).isCloseTo(2 - 15.4f, offset(1e-5f));
    assertThat(graph.fetch("b")[0]).isCloseTo(3 - 10f, offset(1e-5f));
  }

  @Test
  void imagesOfTheSecondStreamWaitForTheGradientsOfTheFirst() {
    Variable a = graph.scalar("a", 2);
    Operand<TFloat32> source = sum("source");
    Operand<TFloat32> target = sum("target");
    var update =
        new Update(
            "u",
            List.of(
                new LossTerm("source", 1, tf.math.mul(source, a.snapshot())),
                new LossTerm("target", 1, tf.math.mul(target, a.snapshot()))),
            List.of(new ParameterGroup("g", NamePattern.of("**"), TENTH)),
            PLAIN);

    CompiledStep step = compile(update);

    GraphOperation call = only("QueueEnqueueV2");
    assertThat(ancestors(call)).contains(operation(source)).doesNotContain(operation(target));
    assertThat(ancestors(operation(target))).contains(only("QueueDequeueV2"));
    assertThat(ancestors(operation(source))).doesNotContain(only("QueueDequeueV2"));
    for (int i = 0; i < 3; i++) {
      assertThat(run(step)).hasSize(2);
    }
  }

  @Test
  void streamThatNoLossBeforeItReadsIsReadAtOnce() {
    Variable a = graph.scalar("a", 2);
    var term = new LossTerm("target", 1, tf.math.mul(sum("target"), a.snapshot()));
    var update =
        new Update(
            "u",
            List.of(term),
            List.of(new ParameterGroup("g", NamePattern.of("**"), TENTH)),
            PLAIN);

    assertThat(run(compile(update))).containsExactly(10);
  }

  @Test
  void valueOfALaterStreamIsRunWithItsTurn() {
    Operand<TFloat32> target = sum("target");
    try (TUint8 images =
            TUint8.tensorOf(Shape.of(1, 1, 2, 3), DataBuffers.of(new byte[] {1, 2, 3, 4, 5, 6}));
        var result =
            FetchedValues.of(streams, List.of(target))
                .run(graph.session(), Map.of(streams.feeds("target").images(), images))) {
      assertThat(((TFloat32) result.get(0)).getFloat()).isEqualTo(21);
    }
  }

  private static StreamRequest stream(String name) {
    return new StreamRequest(
        name,
        Domain.SOURCE,
        1,
        List.of(new SampleTransform.Resize(2, 1)),
        StreamRequest.Sampling.SHUFFLED,
        StreamRequest.Labels.NONE);
  }

  private Operand<TFloat32> sum(String stream) {
    Operand<TFloat32> images = tf.dtypes.cast(streams.images(stream), TFloat32.class);
    return tf.reduceSum(images, tf.constant(new int[] {0, 1, 2, 3}));
  }

  private CompiledStep compile(Update update) {
    var names = List.of("source", "target");
    return CompiledStep.compile(streams, streams.step("step", names, List.of(update)));
  }

  /** Runs once with images whose bytes sum to 4 (source) and 5 (target). */
  private float[] run(CompiledStep step) {
    graph.store().initialize(graph.session());
    Shape shape = Shape.of(1, 1, 2, 3);
    try (TUint8 source = TUint8.tensorOf(shape, DataBuffers.of(new byte[] {4, 0, 0, 0, 0, 0}));
        TUint8 target = TUint8.tensorOf(shape, DataBuffers.of(new byte[] {0, 5, 0, 0, 0, 0}))) {
      return step.run(
          graph.session(),
          Map.of(
              streams.feeds("source").images(), source, streams.feeds("target").images(), target),
          0);
    }
  }

  private static GraphOperation operation(Operand<?> value) {
    return (GraphOperation) value.op();
  }

  private GraphOperation only(String type) {
    var found = new ArrayList<GraphOperation>();
    ((Graph) tf.scope().env()).operations().forEachRemaining(found::add);
    found.removeIf(operation -> !operation.type().equals(type));
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static Set<GraphOperation> ancestors(GraphOperation operation) {
    var found = new HashSet<GraphOperation>();
    var open = new ArrayDeque<>(List.of(operation));
    while (!open.isEmpty()) {
      GraphOperation next = open.pop();
      if (found.add(next)) {
        next.inputs().forEach(input -> open.push((GraphOperation) input.op()));
        open.addAll(next.controlInputs());
      }
    }
    return found;
  }
}
