package org.crossfade.backbones.mit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.VariableStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class MixTransformerTest {
  @ParameterizedTest
  @CsvSource({
    "mit-b0, 2 2 2 2, 32, 176, 3319392",
    "mit-b1, 2 2 2 2, 64, 176, 13151424",
    "mit-b2, 3 4 6 3, 64, 332, 24196288",
    "mit-b3, 3 4 18 3, 64, 572, 44072128",
    "mit-b4, 3 8 27 3, 64, 832, 60842688",
    "mit-b5, 3 6 40 3, 64, 1052, 81443008",
  })
  void trunksHaveTheTensorsAndNumbersOfThePublishedFiles(
      String name, String layers, int width, int tensors, long numbers) {
    var depths = Arrays.stream(layers.split(" ")).map(Integer::valueOf).toList();
    var trunk = new MixTransformer(depths, width, 0.1);

    assertThat(trunk.name()).isEqualTo(name);
    assertThat(trunk.parameters()).hasSize(tensors);
    assertThat(trunk.parameters().stream().mapToLong(spec -> spec.shape().size()).sum())
        .isEqualTo(numbers);
  }

  @Test
  void dropPathRisesLinearlyOverAllBlocks() {
    var b5 = new MixTransformer(List.of(3, 6, 40, 3), 64, 0.1);

    assertThat(b5.block(1, 0).dropPath()).isZero();
    assertThat(b5.block(1, 1).dropPath()).isCloseTo(0.1 / 51, within(1e-12));
    assertThat(b5.block(2, 0).dropPath()).isCloseTo(0.3 / 51, within(1e-12));
    assertThat(b5.block(4, 2).dropPath()).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void stagesHaveStridesOfFourToThirtyTwo() {
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var trunk = new MixTransformer(List.of(1, 1, 1, 1), 4, 0);
      var parameters = new VariableStore(tf, 0).declare("m", trunk.parameters());
      var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(2, 64, 96, 3)));

      var levels = trunk.levels(trunk.forward(Forward.inference(tf), parameters, images));

      assertThat(levels.keySet()).containsExactly("stage1", "stage2", "stage3", "stage4");
      assertThat(levels.values())
          .extracting(level -> level.shape().toString())
          .containsExactly("[2, 16, 24, 4]", "[2, 8, 12, 8]", "[2, 4, 6, 20]", "[2, 2, 3, 32]");
    }
  }

  /** Where all keys are equal, all values weigh the same. */
  @Test
  void attentionOfEqualKeysIsTheMean() {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var attention = new SpatialReductionAttention("a", 2, 2, 1);
      var zeros = tf.constant(new float[2]);
      var identity = tf.constant(new float[][] {{1, 0}, {0, 1}});
      Map<String, Operand<TFloat32>> values = new LinkedHashMap<>();
      values.put("a.q.weight", identity);
      values.put("a.q.bias", zeros);
      // Keys are 5 everywhere, values the cells themselves: K is the first half.
      values.put("a.kv.weight", tf.constant(new float[][] {{0, 0, 1, 0}, {0, 0, 0, 1}}));
      values.put("a.kv.bias", tf.constant(new float[] {5, 5, 0, 0}));
      values.put("a.proj.weight", identity);
      values.put("a.proj.bias", zeros);
      var cells = tf.constant(new float[][][][] {{{{1, 10}, {2, 20}}, {{3, 30}, {6, 40}}}});

      var attended = attention.apply(tf, Parameters.of(values), cells);

      try (var result = session.runner().fetch(attended).run()) {
        var got = (TFloat32) result.get(0);
        for (int y = 0; y < 2; y++) {
          for (int x = 0; x < 2; x++) {
            assertThat(got.getFloat(0, y, x, 0)).isCloseTo(3, within(1e-5f));
            assertThat(got.getFloat(0, y, x, 1)).isCloseTo(25, within(1e-5f));
          }
        }
      }
    }
  }

  @Test
  void mapsSmallerThanTheirReductionAreRefused() {
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var trunk = new MixTransformer(List.of(1, 1, 1, 1), 4, 0);
      var parameters = new VariableStore(tf, 0).declare("m", trunk.parameters());
      var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(1, 24, 64, 3)));

      assertThatThrownBy(() -> trunk.forward(Forward.inference(tf), parameters, images))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("block1.0.attn")
          .hasMessageContaining("found 16x6");
    }
  }
}
