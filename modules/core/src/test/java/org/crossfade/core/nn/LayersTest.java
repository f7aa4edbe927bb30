package org.crossfade.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.ParameterSpec.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class LayersTest {
  private static final double EPSILON = 1e-5;

  // One channel: γ, β, μ, σ² of the norm; a 1x1 kernel of 2 in front of it.
  private static final float GAMMA = 1.5f;
  private static final float BETA = -0.25f;
  private static final float MEAN = 0.5f;
  private static final float VARIANCE = 1e-4f;
  private static final float KERNEL = 2;

  /** Twice these are 2, 4, 6, 12: mean 6, biased variance 14, unbiased variance 56/3. */
  private static final float[] X = {1, 2, 3, 6};

  private final ScratchGraph graph = new ScratchGraph();
  private final Ops tf = graph.tf();

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void frozenNormWithoutEpsilonDividesByTheBareDeviation() {
    double scale = GAMMA / Math.sqrt(VARIANCE);

    assertNormalized(BatchNorm.Mode.FROZEN_WITHOUT_EPSILON, true, MEAN, scale);
    assertNormalized(BatchNorm.Mode.FROZEN_WITHOUT_EPSILON, false, MEAN, scale);
  }

  @Test
  void frozenNormUsesRunningStatisticsWithEpsilonInTrainingToo() {
    double scale = GAMMA / Math.sqrt(VARIANCE + EPSILON);

    assertNormalized(BatchNorm.Mode.FROZEN, true, MEAN, scale);
    assertNormalized(BatchNorm.Mode.FROZEN, false, MEAN, scale);
  }

  @ParameterizedTest
  @EnumSource(
      value = BatchNorm.Mode.class,
      names = {"TRAINED", "BATCH_STATISTICS"})
  void batchStatisticsNormaliseInTrainingAndRunningOnesInInference(BatchNorm.Mode mode) {
    assertNormalized(mode, true, 6, GAMMA / Math.sqrt(14 + EPSILON));
    assertNormalized(mode, false, MEAN, GAMMA / Math.sqrt(VARIANCE + EPSILON));
  }

  @Test
  void runningStatisticsMoveByATenthTowardsTheBatchWithUnbiasedVariance() {
    var training = training();
    normalized(BatchNorm.Mode.BATCH_STATISTICS, training);

    var updates = training.stateUpdates();

    assertThat(updates).hasSize(2);
    assertThat(updates.get(0).variable()).isEqualTo("network.bn.running_mean");
    assertThat(graph.fetch(updates.get(0).next().apply(tf.constant(MEAN)))[0])
        .isCloseTo(0.9f * MEAN + 0.1f * 6, offset(1e-5f));
    assertThat(updates.get(1).variable()).isEqualTo("network.bn.running_var");
    assertThat(graph.fetch(updates.get(1).next().apply(tf.constant(VARIANCE)))[0])
        .isCloseTo(0.9f * VARIANCE + 0.1f * 56 / 3, offset(1e-5f));
  }

  @Test
  void frozenNormsMoveNothing() {
    var training = training();
    normalized(BatchNorm.Mode.FROZEN, training);
    normalized(BatchNorm.Mode.FROZEN_WITHOUT_EPSILON, training);

    assertThat(training.stateUpdates()).isEmpty();
  }

  @Test
  void onlyTrainedNormHasWeights() {
    for (BatchNorm.Mode mode : BatchNorm.Mode.values()) {
      var kinds =
          new BatchNorm("bn", 1, mode).parameters().stream().map(ParameterSpec::kind).toList();
      Kind statistic = mode.usesBatchStatistics() ? Kind.STATISTIC : Kind.FIXED;
      Kind affine = mode == BatchNorm.Mode.TRAINED ? Kind.WEIGHT : Kind.FIXED;
      assertThat(kinds).containsExactly(affine, affine, statistic, statistic);
    }
  }

  @ParameterizedTest
  // A ceiling that would start its last window in the padding is PyTorch's floor: 3 cells by 1.
  @CsvSource({
    "32, 3, 2, 1, FLOOR, 16",
    "32, 3, 2, 1, CEIL, 17",
    "33, 3, 2, 1, FLOOR, 17",
    "33, 3, 2, 1, CEIL, 17",
    "7, 2, 2, 0, FLOOR, 3",
    "7, 2, 2, 0, CEIL, 4",
    "8, 2, 2, 0, CEIL, 4",
    "3, 2, 2, 1, CEIL, 2",
    "1, 3, 2, 1, CEIL, 1",
  })
  void poolingSizesFollowPytorch(
      int size, int kernel, int stride, int padding, MaxPool.Rounding rounding, int expected) {
    Operand<TFloat32> x = tf.fill(tf.constant(new int[] {1, size, 5, 2}), tf.constant(1f));
    Operand<TFloat32> shaped = tf.ensureShape(x, Shape.of(1, size, 5, 2));

    var pooled = MaxPool.apply(tf, shaped, kernel, stride, padding, rounding);

    assertThat(pooled.shape().get(1)).isEqualTo(expected);
    assertThat(graph.runtimeShape(pooled)[1]).isEqualTo(expected);
  }

  @Test
  void leakyRectifierAndItsDerivativeFollowPytorch() {
    Operand<TFloat32> x = graph.constant(new float[] {-2, 0, 3}, 3);
    Operand<TFloat32> sum =
        tf.reduceSum(LeakyRectifier.apply(tf, x, 0.25f), tf.constant(new int[] {0}));

    assertThat(graph.fetch(LeakyRectifier.apply(tf, x, 0.25f))).containsExactly(-0.5f, 0, 3);
    Parameters gradient = new GradientTape(tf).gradient(sum, Parameters.of(Map.of("x", x)));
    assertThat(graph.fetch(gradient.get("x"))).containsExactly(0.25f, 0.25f, 1);
  }

  @Test
  void ceilPoolingUsesTheLastPartialWindow() {
    var x = graph.constant(new float[] {1, 2, 3}, 1, 1, 3, 1);

    assertThat(graph.fetch(MaxPool.apply(tf, x, 1, 2, 0, MaxPool.Rounding.FLOOR)))
        .containsExactly(1, 3);
    assertThat(
            graph.fetch(
                MaxPool.apply(
                    tf,
                    graph.constant(new float[] {1, 2, 9}, 1, 3, 1, 1),
                    1,
                    2,
                    0,
                    MaxPool.Rounding.CEIL)))
        .containsExactly(1, 9);
    var square = graph.constant(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 3, 3, 1);
    assertThat(graph.fetch(MaxPool.apply(tf, square, 2, 2, 0, MaxPool.Rounding.CEIL)))
        .containsExactly(5, 6, 8, 9);
    assertThat(graph.fetch(MaxPool.apply(tf, square, 2, 2, 0, MaxPool.Rounding.FLOOR)))
        .containsExactly(5);
  }

  @Test
  void stridedConvolutionPadsOnBothSides() {
    // TensorFlow's own SAME would pad an even size behind only: 1·1 + 2·2 + 3·3 first, not 1·2 +
    // 2·3.
    var convolution = new Convolution("c", 1, 1, 3, 2, 1, 1, /* bias= */ true);
    float[] kernel = {0, 0, 0, 1, 2, 3, 0, 0, 0};
    var parameters =
        Parameters.of(
            Map.of(
                "c.weight", graph.constant(kernel, 3, 3, 1, 1),
                "c.bias", tf.constant(new float[] {10})));
    var x = graph.constant(new float[] {1, 2, 3, 4}, 1, 1, 4, 1);

    assertThat(graph.fetch(convolution.apply(tf, parameters, x)))
        .containsExactly(10 + 2 * 1 + 3 * 2, 10 + 1 * 2 + 2 * 3 + 3 * 4);
  }

  @ParameterizedTest
  @CsvSource({
    "7, 2, 3, 1",
    "3, 1, 2, 2",
    "4, 2, 1, 1",
    "1, 2, 0, 1",
    "3, 1, 0, 1",
    "3, 1, 6, 6",
    "3, 1, 0, 2"
  })
  void convolutionSizesFollowPytorchAndItsKernelHasAGradient(
      int kernel, int stride, int padding, int dilation) {
    var convolution =
        new Convolution("c", 2, 3, kernel, stride, padding, dilation, /* bias= */ false);
    Operand<TFloat32> weight =
        tf.fill(tf.constant(new int[] {kernel, kernel, 2, 3}), tf.constant(0.5f));
    var parameters = Parameters.of(Map.of("c.weight", weight));
    var x = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(1, 14, 17, 2)));

    Operand<TFloat32> y = convolution.apply(tf, parameters, x);

    int reach = dilation * (kernel - 1) + 1;
    assertThat(y.shape())
        .isEqualTo(
            Shape.of(
                1,
                (14 + 2 * padding - reach) / stride + 1,
                (17 + 2 * padding - reach) / stride + 1,
                3));
    Operand<TFloat32> sum = tf.reduceSum(y, tf.constant(new int[] {0, 1, 2, 3}));
    Operand<TFloat32> gradient = new GradientTape(tf).gradient(sum, parameters).get("c.weight");
    float[] ones = new float[14 * 17 * 2];
    Arrays.fill(ones, 1);
    try (var fed = ScratchGraph.tensor(ones, 1, 14, 17, 2);
        var result = graph.session().runner().feed(x, fed).fetch(gradient).run()) {
      // The middle tap, or the first of an even kernel, sees a one for every output but padding.
      assertThat(result.get(0).shape()).isEqualTo(Shape.of(kernel, kernel, 2, 3));
      assertThat(((TFloat32) result.get(0)).getFloat(kernel / 2, kernel / 2, 1, 2))
          .isEqualTo(
              seen(14, kernel, stride, padding, dilation)
                  * seen(17, kernel, stride, padding, dilation));
    }
  }

  @Test
  void strideAndDilationAreNotCombined() {
    assertThatThrownBy(() -> new Convolution("c", 2, 3, 3, 2, 4, 4, /* bias= */ false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'c' dilates by 4");
  }

  /** The outer taps of a dilated kernel: the undilated gradient has other values there. */
  @Test
  void gradientOfADilatedKernelIsDilated() {
    var convolution = Convolution.same("c", 1, 1, 3, 2, /* bias= */ false);
    Operand<TFloat32> weight = tf.fill(tf.constant(new int[] {3, 3, 1, 1}), tf.constant(0f));
    var parameters = Parameters.of(Map.of("c.weight", weight));
    var x = graph.constant(new int[] {1, 2, 3, 4, 5}, 1, 1, 5, 1);

    Operand<TFloat32> y = convolution.apply(tf, parameters, tf.dtypes.cast(x, TFloat32.class));
    Operand<TFloat32> weighted =
        tf.math.mul(y, tf.constant(new float[][][][] {{{{1}, {10}, {100}, {1000}, {10000}}}}));
    Operand<TFloat32> sum = tf.reduceSum(weighted, tf.constant(new int[] {0, 1, 2, 3}));

    // Tap j sums weight i times x at i + 2(j − 1).
    assertThat(graph.fetch(new GradientTape(tf).gradient(sum, parameters).get("c.weight")))
        .containsExactly(0, 0, 0, 100 + 2000 + 30000, 54321, 3 + 40 + 500, 0, 0, 0);
  }

  /** How many positions of a kernel have its middle tap on the image rather than on its padding. */
  private static float seen(int size, int kernel, int stride, int padding, int dilation) {
    int outputs = (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
    int inside = 0;
    for (int i = 0; i < outputs; i++) {
      int at = i * stride - padding + dilation * (kernel / 2);
      inside += at >= 0 && at < size ? 1 : 0;
    }
    return inside;
  }

  @Test
  void nearestLabelsTakeTheLowerPixel() {
    var labels = graph.constant(new int[] {1, 2, 3}, 1, 1, 3);

    var resized = tf.dtypes.cast(Resize.nearestLabels(tf, labels, 1, 5), TFloat32.class);

    // ⌊i·3/5⌋ = 0, 0, 1, 1, 2.
    assertThat(graph.fetch(resized)).containsExactly(1, 1, 2, 2, 3);
  }

  private Forward training() {
    return Forward.training(tf, "network", tf.constant(new long[] {0, 0}));
  }

  private Operand<TFloat32> normalized(BatchNorm.Mode mode, Forward forward) {
    var convolution = new Convolution("c", 1, 1, 1, 1, 0, 1, /* bias= */ false);
    var values =
        Map.of(
            "c.weight", graph.constant(new float[] {KERNEL}, 1, 1, 1, 1),
            "bn.weight", tf.constant(new float[] {GAMMA}),
            "bn.bias", tf.constant(new float[] {BETA}),
            "bn.running_mean", tf.constant(new float[] {MEAN}),
            "bn.running_var", tf.constant(new float[] {VARIANCE}));
    var x = graph.constant(X, 1, 2, 2, 1);
    return new BatchNorm("bn", 1, mode).after(convolution, forward, Parameters.of(values), x);
  }

  private void assertNormalized(
      BatchNorm.Mode mode, boolean inTraining, double mean, double scale) {
    float[] y = graph.fetch(normalized(mode, inTraining ? training() : Forward.inference(tf)));
    for (int i = 0; i < X.length; i++) {
      double expected = (KERNEL * X[i] - mean) * scale + BETA;
      assertThat((double) y[i]).isCloseTo(expected, offset(1e-5 * Math.abs(expected) + 1e-5));
    }
  }
}
