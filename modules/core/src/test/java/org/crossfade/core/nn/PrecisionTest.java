package org.crossfade.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.crossfade.autodiff.BatchProduct;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;

/** Products are computed in the precision of their graph, and nothing else is. */
class PrecisionTest {
  private static final int CHANNELS = 16;
  private static final Initializer NORMAL = new Initializer.Normal(0.2);

  /** One way to compute [N, H, W, 16] from [N, H, W, 16] with a layer. */
  private enum Layer {
    CONVOLUTION,
    STRIDED,
    DILATED,
    DEPTHWISE,
    LINEAR,
    ATTENTION,
    FULLY_CONNECTED;

    private List<ParameterSpec> parameters() {
      return switch (this) {
        case LINEAR -> linear().parameters(NORMAL, NORMAL);
        case DEPTHWISE -> depthwise().parameters(NORMAL, NORMAL);
        default -> convolution().parameters(NORMAL, NORMAL);
      };
    }

    private Operand<TFloat32> apply(Ops tf, Parameters parameters, Operand<TFloat32> x) {
      return switch (this) {
        case LINEAR -> linear().apply(tf, parameters, x);
        case DEPTHWISE -> depthwise().apply(tf, parameters, x);
        case ATTENTION -> attention(tf, parameters.get("l.weight"), x);
        case FULLY_CONNECTED -> new FullyConnected(convolution()).apply(tf, parameters, x);
        default -> convolution().apply(tf, parameters, x);
      };
    }

    /** The products of attention, of nine kernels as if they were images. */
    private static Operand<TFloat32> attention(
        Ops tf, Operand<TFloat32> kernels, Operand<TFloat32> x) {
      var cells = tf.constant(new int[] {1, -1, CHANNELS});
      var matrices = tf.constant(new int[] {-1, CHANNELS, CHANNELS});
      return Precision.product(
          tf,
          tf.reshape(x, cells),
          tf.reshape(kernels, matrices),
          (a, b) -> BatchProduct.apply(tf, a, b, /* transposeB= */ true));
    }

    private static Linear linear() {
      return new Linear("l", CHANNELS, CHANNELS);
    }

    private static DepthwiseConvolution depthwise() {
      return new DepthwiseConvolution("l", CHANNELS, 1, /* bias= */ true);
    }

    private Convolution convolution() {
      boolean bias = this != ATTENTION;
      return this == STRIDED
          ? new Convolution("l", CHANNELS, CHANNELS, 3, 2, 1, 1, bias)
          : Convolution.same("l", CHANNELS, CHANNELS, 3, this == DILATED ? 2 : 1, bias);
    }
  }

  /** What a layer and its derivatives give for the same weights and the same image. */
  private record Outcome(Map<String, float[]> values, List<String> halves) {
    float[] output() {
      return values.get("output");
    }

    float[] gradient() {
      return values.get("gradient");
    }

    float[] second() {
      return values.get("second");
    }

    float[] tangent() {
      return values.get("tangent");
    }
  }

  private static Outcome outcome(Layer layer, Precision precision) {
    try (var graph = new ScratchGraph()) {
      Ops tf = graph.tf();
      precision.declare(tf);
      Parameters weights = graph.store().declare("n", layer.parameters());
      graph.store().initialize(graph.session());
      Operand<TFloat32> x =
          tf.random.statelessRandomNormal(
              tf.constant(new long[] {1, 6, 8, CHANNELS}),
              tf.constant(new long[] {3, 4}),
              TFloat32.class);
      Operand<TFloat32> y = layer.apply(tf, weights, x);
      var tape = new GradientTape(tf);
      Parameters gradients = tape.gradient(squares(tf, tf.math.tanh(y)), weights);
      Parameters second = tape.gradient(squares(tf, gradients.get("l.weight")), weights);
      Operand<TFloat32> tangent = tape.jvp(y, weights, gradients.select(n -> n.equals("l.weight")));
      return new Outcome(
          Map.of(
              "output",
              graph.fetch(y),
              "gradient",
              graph.fetch(gradients.get("l.weight")),
              "second",
              graph.fetch(second.get("l.weight")),
              "tangent",
              graph.fetch(tangent)),
          halves((Graph) tf.scope().env()));
    }
  }

  private static Operand<TFloat32> squares(Ops tf, Operand<TFloat32> x) {
    return tf.reduceSum(
        tf.math.square(x), tf.constant(IntStream.range(0, x.shape().numDimensions()).toArray()));
  }

  /** Types of operations that answer a half precision, those of a cast and its shape aside. */
  private static List<String> halves(Graph graph) {
    var types = new TreeMap<String, Integer>();
    graph
        .operations()
        .forEachRemaining(
            operation -> {
              var half = List.of(DataType.DT_BFLOAT16, DataType.DT_HALF);
              if (operation.numOutputs() > 0 && half.contains(operation.output(0).dataType())) {
                types.merge(operation.type(), 1, Integer::sum);
              }
            });
    return new ArrayList<>(types.keySet());
  }

  /** Returns ‖a − b‖/‖b‖. */
  private static double distance(float[] a, float[] b) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < b.length; i++) {
      difference += Math.pow(a[i] - b[i], 2);
      norm += Math.pow(b[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  /**
   * Of normal weights and images the relative distances to float32 are at most 0.003 of a result,
   * 0.01 of a gradient and of a tangent, 0.022 of a gradient's gradient (measured; 0.0004, 0.0011
   * and 0.003 in float16). A layer that is left out has none at all.
   */
  private static void assertRounded(Outcome half, Outcome single, double scale) {
    assertThat(distance(half.output(), single.output())).isBetween(0.001 * scale, 0.005 * scale);
    assertThat(distance(half.gradient(), single.gradient())).isBetween(0.001 * scale, 0.02 * scale);
    assertThat(distance(half.tangent(), single.tangent())).isBetween(0.001 * scale, 0.02 * scale);
    assertThat(distance(half.second(), single.second())).isBetween(0.001 * scale, 0.04 * scale);
  }

  @ParameterizedTest
  @EnumSource(Layer.class)
  void productsOfEveryLayerAndTheirDerivativesAreOfTheHalfPrecision(Layer layer) {
    Outcome single = outcome(layer, Precision.FLOAT32);
    Outcome emulated = outcome(layer, Precision.EMULATED_BFLOAT16);

    assertThat(single.halves()).isEmpty();
    assertThat(emulated.halves()).containsExactly("Cast");
    assertRounded(emulated, single, 1);
    if (layer == Layer.DILATED) {
      return; // TensorFlow's own kernels, which a processor without bfloat16 runs, can't.
    }
    Outcome mixed = outcome(layer, Precision.MIXED_BFLOAT16);
    assertThat(mixed.halves()).contains("Cast").doesNotContain("BiasAdd", "Mul", "Tanh", "Sum");
    assertThat(mixed.halves())
        .containsAnyOf("Conv2D", "DepthwiseConv2dNative", "MatMul", "BatchMatMulV2");
    assertRounded(mixed, single, 1);
    assertThat(distance(mixed.output(), emulated.output())).isLessThan(0.005);
    assertThat(distance(mixed.gradient(), emulated.gradient())).isLessThan(0.02);
    assertThat(distance(mixed.second(), emulated.second())).isLessThan(0.04);
  }

  @Test
  void float16HasThreeBitsMore() {
    Outcome single = outcome(Layer.CONVOLUTION, Precision.FLOAT32);
    Outcome emulated = outcome(Layer.CONVOLUTION, Precision.EMULATED_FLOAT16);
    Outcome mixed = outcome(Layer.CONVOLUTION, Precision.MIXED_FLOAT16);
    Outcome attention = outcome(Layer.ATTENTION, Precision.MIXED_FLOAT16);

    assertRounded(emulated, single, 0.125);
    assertRounded(mixed, single, 0.125);
    assertThat(distance(mixed.output(), emulated.output())).isLessThan(0.0005);
    assertRounded(attention, outcome(Layer.ATTENTION, Precision.FLOAT32), 0.125);
  }

  @Test
  void aGraphHasOnePrecision() {
    try (var graph = new ScratchGraph()) {
      assertThat(Precision.of(graph.tf())).isEqualTo(Precision.FLOAT32);
      assertThatThrownBy(() -> Precision.AUTO.declare(graph.tf()))
          .isInstanceOf(IllegalStateException.class);
      Precision.MIXED_BFLOAT16.declare(graph.tf());
      Precision.MIXED_BFLOAT16.declare(graph.tf());

      assertThat(Precision.of(graph.tf())).isEqualTo(Precision.MIXED_BFLOAT16);
      assertThatThrownBy(() -> Precision.FLOAT32.declare(graph.tf()))
          .hasMessageContaining("'mixed-bfloat16' can't have precision 'float32'");
    }
  }
}
