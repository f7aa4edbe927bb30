package org.crossfade.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.crossfade.testkit.NumericGradient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** Directional derivatives; single rules are in {@link RulesTest}. */
class JvpTest {
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final GradientTape tape = new GradientTape(tf);
  private final Random random = new Random(3);

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void tangentOfALossMapIsThatOfTheDoubleBackwardTrick() {
    List<Operand<TFloat64>> weights =
        List.of(noise(3, 3, 2, 4), noise(4), noise(1, 1, 4, 3), noise(3));
    List<Operand<TFloat64>> direction =
        weights.stream().map(w -> noise(w.shape().asArray())).toList();
    Operand<TFloat64> map = lossMap(weights);

    Operand<TFloat64> forward = tape.jvp(map, weights, direction);

    // ⟨Jᵀu, direction⟩ by u is J·direction, whatever u.
    Operand<TFloat64> u = noise(map.shape().asArray());
    Operand<TFloat64> total = sum(tf.math.mul(map, u));
    Operand<TFloat64> inner = tf.constant(0.0);
    List<Operand<TFloat64>> pulled = tape.gradients(total, weights);
    for (int i = 0; i < weights.size(); i++) {
      inner = tf.math.add(inner, sum(tf.math.mul(pulled.get(i), direction.get(i))));
    }
    Operand<TFloat64> twice = tape.gradients(inner, List.of(u)).get(0);
    NumericGradient.assertClose(values(forward), values(twice), 1e-12);
    assertThat(values(forward)).hasSize(42);
  }

  @Test
  void directionalMetaGradientIsThatOfTheNestedTape() {
    List<Operand<TFloat64>> weights =
        List.of(noise(3, 3, 2, 4), noise(4), noise(1, 1, 4, 3), noise(3));
    Operand<TFloat64> map = lossMap(weights);
    Operand<TFloat64> pixelWeights = noise(map.shape().asArray());
    Operand<TFloat64> source = sum(tf.math.mul(map, pixelWeights));
    List<Operand<TFloat64>> g = tape.gradients(source, weights);
    var stepped = new ArrayList<Operand<TFloat64>>();
    for (int i = 0; i < g.size(); i++) {
      stepped.add(tf.math.sub(weights.get(i), tf.math.mul(tf.constant(0.1), g.get(i))));
    }
    Operand<TFloat64> target = sum(tf.math.square(lossMap(stepped)));

    Operand<TFloat64> nested = tape.gradients(target, List.of(pixelWeights)).get(0);
    Operand<TFloat64> directional =
        tf.math.mul(tf.constant(-0.1), tape.jvp(map, weights, tape.gradients(target, stepped)));

    NumericGradient.assertClose(values(directional), values(nested), 1e-12);
  }

  @Test
  void parametersThatTheDirectionDoesNotNameStay() {
    Parameters at = Parameters.of(ordered("a", tf.constant(3f), "b", tf.constant(5f)));
    Operand<TFloat32> product = tf.math.mul(at.get("a"), at.get("b"));

    Operand<TFloat32> along = tape.jvp(product, at, Parameters.of(Map.of("b", tf.constant(2f))));

    assertThat(single(along)).isEqualTo(6f);
  }

  @Test
  void directionMustNameParametersAndHaveTheirShapes() {
    Operand<TFloat32> a = tf.constant(new float[] {1, 2});
    Parameters at = Parameters.of(Map.of("a", a));

    assertThatThrownBy(() -> tape.jvp(a, at, Parameters.of(Map.of("c", a))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'c'");
    assertThatThrownBy(() -> tape.jvp(a, at, Parameters.of(Map.of("a", tf.constant(1f)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("direction of a")
        .hasMessageContaining("[2]");
  }

  @Test
  void valueThatNothingMovesIsRefused() {
    Operand<TFloat32> a = tf.constant(1f);
    Parameters at = Parameters.of(Map.of("a", a));

    assertThatThrownBy(() -> tape.jvp(tf.constant(2f), at, at))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not depend");
  }

  @Test
  void vjpIsTheGradientOfTheInnerProductWithTheCotangent() {
    Operand<TFloat32> x = tf.constant(new float[] {1, 2, 3});
    Parameters at = Parameters.of(Map.of("x", x));

    Parameters pulled = tape.vjp(tf.math.square(x), tf.constant(new float[] {1, 10, 100}), at);

    try (var session = new Session(graph);
        var result = session.runner().fetch(pulled.get("x")).run()) {
      float[] values = new float[3];
      ((TFloat32) result.get(0)).asRawTensor().data().asFloats().read(values);
      assertThat(values).containsExactly(2, 40, 600);
    }
    assertThatThrownBy(() -> tape.vjp(x, tf.constant(1f), at)).hasMessageContaining("cotangent");
  }

  /** The cross entropy of each pixel of a small network with strides, pooling and two layers. */
  private Operand<TFloat64> lossMap(List<Operand<TFloat64>> w) {
    float[] pixels = new float[14 * 13 * 2];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) Math.sin(1.7 * i);
    }
    Operand<TFloat64> image =
        tf.reshape(
            tf.dtypes.cast(tf.constant(pixels), TFloat64.class),
            tf.constant(new int[] {1, 14, 13, 2}));
    Operand<TFloat64> x =
        tf.nn.relu(
            tf.nn.biasAdd(
                tf.nn.conv2d(image, w.get(0), List.of(1L, 1L, 1L, 1L), "SAME"), w.get(1)));
    x =
        tf.nn.maxPool(
            x, tf.constant(new int[] {1, 2, 2, 1}), tf.constant(new int[] {1, 2, 2, 1}), "VALID");
    x = tf.nn.biasAdd(tf.nn.conv2d(x, w.get(2), List.of(1L, 1L, 1L, 1L), "VALID"), w.get(3));
    int[] labels = new int[7 * 6];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (i * i) % 3;
    }
    return tf.nn
        .sparseSoftmaxCrossEntropyWithLogits(
            tf.reshape(x, tf.constant(new int[] {-1, 3})), tf.constant(labels))
        .loss();
  }

  private Operand<TFloat64> sum(Operand<TFloat64> x) {
    return tf.reduceSum(tf.reshape(x, tf.constant(new int[] {-1})), tf.constant(0));
  }

  private Operand<TFloat64> noise(long... shape) {
    double[] values = new double[(int) Shape.of(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return tf.constant(Shape.of(shape), DataBuffers.of(values));
  }

  private double[] values(Operand<TFloat64> fetched) {
    try (var session = new Session(graph);
        var result = session.runner().fetch(fetched).run()) {
      var tensor = (TFloat64) result.get(0);
      double[] values = new double[(int) tensor.size()];
      tensor.asRawTensor().data().asDoubles().read(values);
      return values;
    }
  }

  private float single(Operand<TFloat32> fetched) {
    try (var session = new Session(graph);
        var result = session.runner().fetch(fetched).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  private static Map<String, Operand<TFloat32>> ordered(
      String a, Operand<TFloat32> x, String b, Operand<TFloat32> y) {
    var values = new LinkedHashMap<String, Operand<TFloat32>>();
    values.put(a, x);
    values.put(b, y);
    return values;
  }
}
