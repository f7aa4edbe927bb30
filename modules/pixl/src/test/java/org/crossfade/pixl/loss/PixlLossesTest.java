package org.crossfade.pixl.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.nn.DetailWindow;
import org.crossfade.methodtest.MethodGraph;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class PixlLossesTest {
  /** Two classes with the logits (0, z): the entropy falls with |z|. */
  private static float[] logits(float... z) {
    float[] pairs = new float[2 * z.length];
    for (int i = 0; i < z.length; i++) {
      pairs[2 * i + 1] = z[i];
    }
    return pairs;
  }

  /** Five counted cells, η = 0.5: rank 2 is the third smallest entropy, which drifts itself. */
  @Test
  void theMoreUncertainHalfDrifts() {
    try (var graph = new MethodGraph()) {
      var partition = partition(graph, 0.5, 0, 0, 0, 0, 1);

      assertThat(graph.integers(partition.context().state())).containsExactly(1, 1, 2, 2);
      assertThat(graph.integers(partition.detail().state())).containsExactly(2, 0, 0, 0);
    }
  }

  @Test
  void anImageWithoutLabelsHasNoSubDomains() {
    try (var graph = new MethodGraph()) {
      var partition = partition(graph, 0.5, 255, 255, 255, 255, 0);

      assertThat(graph.value(partition.threshold())).containsExactly(0);
      assertThat(graph.integers(partition.context().state())).containsOnly(0);
      assertThat(graph.integers(partition.detail().state())).containsOnly(0);
    }
  }

  /**
   * 16x16 image; context cells of 8 pixels with z = 4, 3, 2, 1; detail of the lower right, z = 0.
   */
  private static PixelPartition partition(
      MethodGraph graph, double eta, int a, int b, int c, int d, float detailWeight) {
    int[] labels = new int[256];
    float[] weights = new float[256];
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        labels[16 * y + x] = y < 8 ? (x < 8 ? a : b) : (x < 8 ? c : d);
        weights[16 * y + x] = 1;
      }
    }
    // Of the window's four cells only the first one, which is the context's last, may count.
    for (int[] cell : new int[][] {{8, 12}, {12, 8}, {12, 12}}) {
      weights[16 * cell[0] + cell[1]] = 0;
    }
    weights[16 * 8 + 8] = detailWeight;
    var tf = graph.tf();
    return PixelPartition.of(
        tf,
        new PixelPartition.Views(
            graph.input(logits(4, 3, 2, 1), 1, 2, 2, 2),
            graph.input(logits(0, 0, 0, 0), 1, 2, 2, 2),
            new DetailWindow(graph.input(new int[] {8, 16, 8, 16}, 4), 8, 8)),
        graph.input(labels, 1, 16, 16),
        graph.input(weights, 1, 16, 16),
        tf.constant(eta));
  }

  private static PixelFeatures pixels(
      MethodGraph graph, Operand<TFloat32> features, int[] labels, int[] state) {
    Operand<TInt32> states = graph.input(state, state.length);
    return new PixelFeatures(
        features,
        graph.input(labels, labels.length),
        states,
        graph.tf().dtypes.cast(states, TFloat32.class));
  }

  @Test
  void prototypesAreMeansOfJointPixelsAlone() {
    try (var graph = new MethodGraph()) {
      var features = graph.input(new float[] {2, 0, 0, 4, 9, 9, 1, 1}, 4, 2);
      var some = pixels(graph, features, new int[] {0, 0, 0, 255}, new int[] {1, 1, 2, 1});
      var printed = LocalPrototypes.of(graph.tf(), some, 2, false);
      var unit = LocalPrototypes.of(graph.tf(), some, 2, true);

      assertThat(graph.integers(printed.counts())).containsExactly(2, 0);
      assertThat(graph.value(printed.vectors())).containsExactly(1, 2, 0, 0);
      float half = (float) Math.sqrt(0.5);
      assertThat(graph.value(unit.vectors()))
          .containsExactly(new float[] {half, half, 0, 0}, within(1e-6f));
    }
  }

  /** The counts of the facts' worked example: road, building, car, pole, sign. */
  @Test
  void rareClassesComeFromTheDetail() {
    try (var graph = new MethodGraph()) {
      assertThat(source(graph, 8)).containsExactly(0, 0, 0, 1, 1, -1, 1);
      assertThat(source(graph, 5)).containsExactly(0, 0, 0, 1, 0, -1, 1);
    }
  }

  private static int[] source(MethodGraph graph, int signs) {
    var context = graph.input(new int[] {9000, 5000, 600, 20, 8, 0, 0}, 7);
    var detail = graph.input(new int[] {7000, 9000, 500, 60, signs, 0, 3}, 7);
    var vectors = graph.input(new float[7], 7, 1);
    return graph.integers(
        AdaptiveSelection.of(
                graph.tf(),
                new LocalPrototypes(vectors, context),
                new LocalPrototypes(vectors, detail),
                AdaptiveSelection.Median.LOWER)
            .source());
  }

  /** Cosine 0.9 to the own prototype and 0.1 to another at τ = 0.1: ln(1 + e^−8). */
  @Test
  void contrastIsTheCrossEntropyOfSimilarities() {
    try (var graph = new MethodGraph()) {
      var features = graph.input(new float[] {0.9f, 0.1f}, 1, 2);
      var contrast = new AsymmetricContrast(0.1, false, false);
      var answer =
          contrast.apply(
              graph.tf(),
              pixels(graph, features, new int[] {0}, new int[] {2}),
              new LocalPrototypes(
                  graph.input(new float[] {1, 0, 0, 1}, 2, 2), graph.input(new int[] {3, 4}, 2)));

      assertThat(graph.value(answer.loss())[0])
          .isCloseTo((float) Math.log1p(Math.exp(-8)), within(1e-6f));
      assertThat(graph.integers(answer.count())).containsExactly(1);
    }
  }

  @Test
  void prototypesReceiveNoGradient() {
    try (var graph = new MethodGraph()) {
      var features = graph.input(new float[] {1, 2, 3, 1, 0, 0}, 3, 2);
      var some = pixels(graph, features, new int[] {0, 1, 0}, new int[] {1, 1, 2});
      var prototypes = LocalPrototypes.of(graph.tf(), some, 2, true);
      var answer = new AsymmetricContrast(0.1, true, false).apply(graph.tf(), some, prototypes);
      float[] gradient = gradient(graph, answer.loss(), features);

      // Rows 0 and 1 made the prototypes; row 2 drifts but is zero, and zero stays.
      assertThat(gradient).containsExactly(0, 0, 0, 0, 0, 0);
      assertThat(graph.value(answer.loss())[0]).isCloseTo((float) Math.log(2), within(1e-6f));
    }
  }

  @Test
  void withoutDriftPixelsOrPrototypesTheLossIsZeroAndFinite() {
    try (var graph = new MethodGraph()) {
      for (int[] state : new int[][] {{1, 1}, {2, 2}, {0, 0}}) {
        var features = graph.input(new float[] {1, 2, 3, 4}, 2, 2);
        var some = pixels(graph, features, new int[] {0, 255}, state);
        var prototypes = LocalPrototypes.of(graph.tf(), some, 3, true);
        var answer = new AsymmetricContrast(0.1, true, true).apply(graph.tf(), some, prototypes);

        assertThat(graph.value(answer.loss())).as(Arrays.toString(state)).containsExactly(0);
        assertThat(gradient(graph, answer.loss(), features)).containsOnly(0);
      }
    }
  }

  /**
   * Classes 0 and 2 have prototypes, (1, 0) and (0, 1), class 1 has none. Of the drift pixels that
   * of class 0 counts alone: similarities 1 and 0 at τ = 1, so ln(1 + e^−1).
   */
  @Test
  void aClassWithoutPrototypeIsNoNegativeAndItsPixelsDoNotCount() {
    try (var graph = new MethodGraph()) {
      var features = graph.input(new float[] {1, 0, 0, 1, 1, 0, 3, 5}, 4, 2);
      var some = pixels(graph, features, new int[] {0, 2, 0, 1}, new int[] {1, 1, 2, 2});
      var prototypes = LocalPrototypes.of(graph.tf(), some, 3, false);
      var answer = new AsymmetricContrast(1, false, false).apply(graph.tf(), some, prototypes);
      float[] gradient = gradient(graph, answer.loss(), features);
      float other = (float) (1 / (1 + Math.E));

      assertThat(graph.value(answer.loss())[0])
          .isCloseTo((float) Math.log1p(Math.exp(-1)), within(1e-6f));
      assertThat(graph.integers(answer.count())).containsExactly(1);
      assertThat(gradient)
          .containsExactly(new float[] {0, 0, 0, 0, -other, other, 0, 0}, within(1e-6f));
    }
  }

  private static float[] gradient(
      MethodGraph graph, Operand<TFloat32> loss, Operand<TFloat32> features) {
    return graph.value(
        new GradientTape(graph.tf()).gradient(loss, Parameters.of(Map.of("f", features))).get("f"));
  }

  @Test
  void theShareOfDriftFallsLinearlyAndStays() {
    try (var graph = new MethodGraph()) {
      var tf = graph.tf();
      var eta = new DriftSchedule(0.2, 0.001, 60000);

      assertThat(graph.doubles(eta.at(tf, tf.constant(new long[] {0, 30000, 60000, 90000}))))
          .containsExactly(new double[] {0.2, 0.1005, 0.001, 0.001}, within(1e-12));
    }
  }

  @Test
  void wrongOptionsAreNamed() {
    assertThatThrownBy(() -> new DriftSchedule(1.2, 0, 1)).hasMessageContaining("start");
    assertThatThrownBy(() -> new AsymmetricContrast(0, true, false))
        .hasMessageContaining("temperature");
  }
}
