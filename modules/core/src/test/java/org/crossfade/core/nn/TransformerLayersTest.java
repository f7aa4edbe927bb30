package org.crossfade.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.graph.Forward;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class TransformerLayersTest {
  private final ScratchGraph graph = new ScratchGraph();
  private final Ops tf = graph.tf();

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void geluWeighsByTheNormalDistribution() {
    float[] y = graph.fetch(Gelu.apply(tf, tf.constant(new float[] {-1, 0, 1, 10})));

    assertThat(y).containsExactly(new float[] {-0.158655f, 0, 0.841345f, 10}, within(2e-6f));
  }

  /** Of 1, 2, 3, 6 the mean is 3 and the variance 14/4; of a constant there is only β. */
  @Test
  void layerNormDividesByTheBiasedDeviation() {
    var norm = new LayerNorm("n", 4, 1e-6f);
    var parameters =
        Parameters.of(
            Map.of(
                "n.weight", tf.constant(new float[] {1, 2, 1, 1}),
                "n.bias", tf.constant(new float[] {0, 0, 0.5f, 0})));
    var x = graph.constant(new float[] {1, 2, 3, 6, 7, 7, 7, 7}, 2, 4);

    float s = (float) (1 / Math.sqrt(3.5));
    assertThat(graph.fetch(norm.apply(tf, parameters, x)))
        .containsExactly(new float[] {-2 * s, -2 * s, 0.5f, 3 * s, 0, 0, 0.5f, 0}, within(1e-5f));
  }

  /** With a variance of 1e-6 an ε of as much halves the square. */
  @Test
  void layerNormAddsItsEpsilonToTheVariance() {
    var parameters =
        Parameters.of(Map.of("n.weight", tf.constant(1f), "n.bias", tf.constant(new float[2])));
    var x = graph.constant(new float[] {-1e-3f, 1e-3f}, 1, 2);

    float[] y = graph.fetch(new LayerNorm("n", 2, 1e-6f).apply(tf, parameters, x));

    assertThat(y[1]).isCloseTo((float) Math.sqrt(0.5), within(1e-5f));
  }

  @Test
  void linearLayerWorksOnTheLastAxis() {
    var parameters =
        Parameters.of(
            Map.of(
                "l.weight", graph.constant(new float[] {1, 2, 3, 10, 20, 30}, 2, 3),
                "l.bias", tf.constant(new float[] {0, 0, 100})));
    var x = graph.constant(new float[] {1, 0, 0, 1, 1, 1}, 1, 3, 1, 2);
    var y = new Linear("l", 2, 3).apply(tf, parameters, x);

    assertThat(y.shape().asArray()).endsWith(3, 1, 3);
    assertThat(graph.fetch(y)).containsExactly(1, 2, 103, 10, 20, 130, 11, 22, 133);
  }

  /** Values and both gradients, on sides that are no multiples of the dilation. */
  @ParameterizedTest
  @CsvSource({"1, 5, 6", "2, 5, 6", "3, 7, 5", "6, 4, 9"})
  void depthwiseConvolutionIsADenseOneWithADiagonalKernel(int dilation, int height, int width) {
    int channels = 4;
    var x = graph.constant(noise(height * width * channels, 1), 1, height, width, channels);
    var kernel = graph.constant(noise(9 * channels, 2), 3, 3, 1, channels);
    var bias = tf.constant(noise(channels, 3));
    var weights = graph.constant(noise(height * width * channels, 4), 1, height, width, channels);
    var parameters = Parameters.of(Map.of("c.weight", kernel, "c.bias", bias));
    var depthwise =
        new DepthwiseConvolution("c", channels, dilation, true).apply(tf, parameters, x);
    float[][] identity = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
    Operand<TFloat32> diagonal = tf.math.mul(kernel, tf.constant(identity));
    var dense =
        Convolution.same("c", channels, channels, 3, dilation, true)
            .apply(tf, Parameters.of(Map.of("c.weight", diagonal, "c.bias", bias)), x);

    assertThat(graph.fetch(depthwise)).containsExactly(graph.fetch(dense), within(1e-5f));
    for (String name : new String[] {"x", "kernel", "bias"}) {
      var point = Parameters.of(Map.of("x", x, "kernel", kernel, "bias", bias));
      assertThat(gradient(depthwise, weights, point, name))
          .as(name)
          .containsExactly(gradient(dense, weights, point, name), within(1e-4f));
    }
  }

  private float[] gradient(
      Operand<TFloat32> y, Operand<TFloat32> weights, Parameters point, String name) {
    Operand<TFloat32> loss =
        tf.reduceSum(tf.math.mul(y, weights), tf.constant(new int[] {0, 1, 2, 3}));
    return graph.fetch(new GradientTape(tf).gradient(loss, point).get(name));
  }

  @Test
  void stochasticDepthIsOffUnlessTraining() {
    var x = tf.constant(noise(6, 5));
    var depth = new StochasticDepth(0.9);

    assertThat(depth.apply(Forward.inference(tf), "b", x)).isSameAs(x);
    assertThat(depth.apply(Forward.batchStatistics(tf, "r"), "b", x)).isSameAs(x);
    assertThat(new StochasticDepth(0).apply(training(0), "b", x)).isSameAs(x);
  }

  @Test
  void stochasticDepthDropsOrScalesWholeSamples() {
    int samples = 2000;
    var ones = tf.fill(tf.constant(new int[] {samples, 3}), tf.constant(1f));

    float[] y = graph.fetch(new StochasticDepth(0.25).apply(training(1), "b", ones));

    int kept = 0;
    for (int i = 0; i < samples; i++) {
      assertThat(y[3 * i]).isIn(0f, 1 / 0.75f);
      assertThat(y[3 * i + 1]).isEqualTo(y[3 * i]).isEqualTo(y[3 * i + 2]);
      kept += y[3 * i] > 0 ? 1 : 0;
    }
    assertThat(kept / (double) samples).isCloseTo(0.75, within(0.04));
  }

  @Test
  void layersAndSeedsDrawIndependently() {
    var ones = tf.fill(tf.constant(new int[] {64, 1}), tf.constant(1f));
    var depth = new StochasticDepth(0.5);

    float[] first = graph.fetch(depth.apply(training(1), "b", ones));

    assertThat(graph.fetch(depth.apply(training(1), "b", ones))).containsExactly(first);
    assertThat(graph.fetch(depth.apply(training(1), "c", ones))).isNotEqualTo(first);
    assertThat(graph.fetch(depth.apply(training(2), "b", ones))).isNotEqualTo(first);
    assertThat(graph.fetch(depth.apply(training(1).redrawn("again"), "b", ones)))
        .isNotEqualTo(first);
    assertThatThrownBy(() -> new StochasticDepth(1)).hasMessageContaining("found 1.0");
  }

  private Forward training(long seed) {
    return Forward.training(tf, "network", tf.constant(new long[] {seed, 0}));
  }

  private static float[] noise(int size, long seed) {
    var random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
