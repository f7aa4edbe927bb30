package org.crossfade.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import java.util.Map;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.graph.ParameterSpec.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class VariableStoreTest {
  private final ScratchGraph graph = new ScratchGraph();
  private final VariableStore store = graph.store();

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void everyVariableHasItsOwnValue() {
    graph.scalar("a", 1);
    graph.scalar("b", 2);
    store.initialize(graph.session());

    graph.assign("a", 5);

    assertThat(graph.fetch("a")).containsExactly(5);
    assertThat(graph.fetch("b")).containsExactly(2);
  }

  @Test
  void takenNameIsRefused() {
    graph.scalar("a", 1);

    assertThatThrownBy(() -> graph.scalar("a", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a'")
        .hasMessageContaining("twice");
  }

  @Test
  void declaredParametersAreNamedWithoutTheRole() {
    var specs = List.of(weight("conv1.weight", 2), weight("conv1.bias", 3));

    var parameters = store.declare("segmenter", specs);

    assertThat(parameters.names()).containsExactly("conv1.weight", "conv1.bias");
    assertThat(parameters.get("conv1.bias").shape()).isEqualTo(Shape.of(3));
    assertThat(store.variables())
        .extracting(Variable::name)
        .containsExactly("segmenter.conv1.weight", "segmenter.conv1.bias");
  }

  @Test
  void randomStartDependsOnNameAndSeedAlone() {
    float[] alone = startOf("w", 1, List.of("w"));

    assertThat(startOf("w", 1, List.of("v", "w", "x"))).containsExactly(alone);
    assertThat(startOf("w", 2, List.of("w"))).isNotEqualTo(alone);
    assertThat(startOf("v", 1, List.of("v"))).isNotEqualTo(alone);
  }

  @Test
  void normalStartHasItsDeviation() {
    create("w", 40_000, new Initializer.Normal(0.01));
    store.initialize(graph.session());

    float[] values = graph.fetch("w");

    assertThat(mean(values)).isCloseTo(0, offset(3e-4));
    assertThat(deviation(values)).isCloseTo(0.01, offset(3e-4));
  }

  @Test
  void uniformStartFillsItsBound() {
    create("w", 40_000, Initializer.pytorchDefault(3, 16));
    store.initialize(graph.session());
    double bound = 1 / Math.sqrt(3 * 3 * 16);

    float[] values = graph.fetch("w");

    assertThat(values).hasSize(40_000);
    for (float value : values) {
      assertThat(Math.abs(value)).isLessThanOrEqualTo((float) bound);
    }
    assertThat(deviation(values)).isCloseTo(bound / Math.sqrt(3), offset(1e-3));
  }

  @Test
  void kaimingStartCountsOutputs() {
    assertThat(Initializer.kaimingNormal(3, 64))
        .isEqualTo(new Initializer.Normal(Math.sqrt(2.0 / (9 * 64))));
  }

  @Test
  void assignmentRefusesWrongShapesAndUnknownNamesTogetherAndAssignsNothing() {
    graph.scalar("a", 1);
    create("b", 2, Initializer.zeros());
    store.initialize(graph.session());
    try (var scalar = TFloat32.scalarOf(9f);
        var triple = TFloat32.vectorOf(1, 2, 3)) {
      var values = Map.of("a", scalar, "b", triple, "c", scalar);

      assertThatThrownBy(() -> store.assign(graph.session(), values))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'b' has the shape [2], not [3]")
          .hasMessageContaining("no variable 'c'")
          .hasMessageContaining("a, b");
    }
    assertThat(graph.fetch("a")).containsExactly(1);
  }

  @Test
  void unknownNameIsRefusedWithTheNamesThatAreThere() {
    graph.scalar("a", 1);

    assertThatThrownBy(() -> store.get("segmenter.a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'segmenter.a'")
        .hasMessageEndingWith(": a");
  }

  @Test
  void snapshotsAreSelectedByKind() {
    graph.scalar("a", 1);
    store.create(weight("b", 1).as(Kind.FIXED));
    store.create(weight("c", 1).as(Kind.STATISTIC));

    assertThat(store.snapshots(Kind.WEIGHT).names()).containsExactly("a");
    assertThat(store.snapshots(Kind.STATISTIC).names()).containsExactly("c");
  }

  private Variable create(String name, long size, Initializer initializer) {
    return store.create(ParameterSpec.weight(name, Shape.of(size), initializer));
  }

  private static ParameterSpec weight(String name, long size) {
    return ParameterSpec.weight(name, Shape.of(size), Initializer.ones());
  }

  private static float[] startOf(String name, long seed, List<String> names) {
    try (var other = new Graph();
        var session = new Session(other)) {
      var variables = new VariableStore(Ops.create(other), seed);
      for (String n : names) {
        variables.create(ParameterSpec.weight(n, Shape.of(5), new Initializer.Normal(1)));
      }
      variables.initialize(session);
      try (var result = session.runner().fetch(variables.get(name).snapshot()).run()) {
        var tensor = (TFloat32) result.get(0);
        float[] values = new float[5];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.getFloat(i);
        }
        return values;
      }
    }
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double deviation(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum / values.length);
  }
}
