package org.crossfade.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.EagerSession;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TFloat32;

class GradientTapeTest {
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final GradientTape tape = new GradientTape(tf);

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void gradientsHaveTheNamesAndTheOrderOfTheParameters() {
    Operand<TFloat32> a = tf.constant(3f);
    Operand<TFloat32> b = tf.constant(5f);
    var values = new LinkedHashMap<String, Operand<TFloat32>>();
    values.put("b", b);
    values.put("a", a);

    Parameters gradients = tape.gradient(tf.math.mul(tf.math.square(a), b), Parameters.of(values));

    assertThat(gradients.names()).containsExactly("b", "a");
    assertThat(value(gradients.get("a"))).isEqualTo(30f);
    assertThat(value(gradients.get("b"))).isEqualTo(9f);
  }

  @Test
  void tapesNestToHigherOrders() {
    Operand<TFloat32> x = tf.constant(2f);
    var at = Parameters.of(Map.of("x", x));
    Operand<TFloat32> fourthPower = tf.math.square(tf.math.square(x));

    Operand<TFloat32> first = tape.gradient(fourthPower, at).get("x");
    Operand<TFloat32> second = tape.gradient(first, at).get("x");
    Operand<TFloat32> third = tape.gradient(second, at).get("x");

    assertThat(value(first)).isEqualTo(32f);
    assertThat(value(second)).isEqualTo(48f);
    assertThat(value(third)).isEqualTo(48f);
  }

  @Test
  void gradientGoesThroughAVirtualStep() {
    // f(x) = x², θ⁺ = x − 0.1·2x = 0.8x, f(θ⁺) = 0.64x², whose derivative at 3 is 3.84.
    Operand<TFloat32> x = tf.constant(3f);
    var at = Parameters.of(Map.of("x", x));
    Parameters moved = at.step(tf, tf.constant(0.1f), tape.gradient(tf.math.square(x), at));

    Operand<TFloat32> meta = tape.gradient(tf.math.square(moved.get("x")), at).get("x");

    assertThat(value(meta)).isCloseTo(3.84f, Offset.offset(1e-5f));
  }

  @Test
  void lossThatIsNoScalarIsRefused() {
    Operand<TFloat32> x = tf.constant(new float[] {1, 2});

    assertThatThrownBy(() -> tape.gradient(x, Parameters.of(Map.of("x", x))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scalar")
        .hasMessageContaining("[2]");
  }

  @Test
  void parametersThatTheLossDoesNotReachAreNamed() {
    Operand<TFloat32> x = tf.constant(1f);
    var at = Parameters.of(ordered("x", x, "y", tf.constant(2f), "z", tf.constant(3f)));

    assertThatThrownBy(() -> tape.gradient(tf.math.square(x), at))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("y, z")
        .hasMessageContaining("gradientOrZero");
  }

  @Test
  void stoppedGradientDoesNotReach() {
    Operand<TFloat32> x = tf.constant(1f);
    var at = Parameters.of(Map.of("x", x));
    Operand<TFloat32> loss = tf.math.square(at.stopGradient(tf).get("x"));

    assertThatThrownBy(() -> tape.gradient(loss, at)).hasMessageContaining("x");
  }

  @Test
  void zerosHaveTheShapeOfTheParameter() {
    Operand<TFloat32> x = tf.constant(3f);
    Operand<TFloat32> y = tf.constant(new float[][] {{1, 2, 3}, {4, 5, 6}});
    var at = Parameters.of(ordered("x", x, "y", y));

    Parameters gradients = tape.gradientOrZero(tf.math.square(x), at);

    assertThat(value(gradients.get("x"))).isEqualTo(6f);
    try (var session = new Session(graph);
        var result = session.runner().fetch(gradients.get("y")).run()) {
      var zeros = (TFloat32) result.get(0);
      assertThat(zeros.shape().asArray()).containsExactly(2, 3);
      zeros.scalars().forEach(scalar -> assertThat(scalar.getFloat()).isZero());
    }
  }

  @Test
  void connectedParametersAloneAreKept() {
    Operand<TFloat32> x = tf.constant(3f);
    var at = Parameters.of(ordered("x", x, "y", tf.constant(2f)));

    assertThat(tape.gradientWhereConnected(tf.math.square(x), at).names()).containsExactly("x");
  }

  @Test
  void operationWithoutAGradientIsNamed() {
    Operand<TFloat32> x = tf.constant(new float[] {1, 2, 3});
    Operand<TFloat32> largest =
        tf.reduceSum(tf.nn.topK(x, tf.constant(2), new TopK.Options[0]).values(), tf.constant(0));

    assertThatThrownBy(() -> tape.gradient(largest, Parameters.of(Map.of("x", x))))
        .isInstanceOf(NoGradientException.class)
        .hasMessageContaining("type TopKV2")
        .hasMessageContaining("'ReduceSum' (Sum) <- 'TopK' (TopKV2)")
        .hasMessageContaining("GradientRegistry.registerGradient(\"TopKV2\"");
  }

  @Test
  void randomOperationsAreNotDifferentiatedByDrawingAgain() {
    Operand<TFloat32> rate = tf.constant(new float[] {1, 2});
    Operand<TFloat32> drawn =
        tf.reduceSum(
            tf.random.randomGamma(tf.constant(new int[] {3}), rate), tf.constant(new int[] {0, 1}));

    assertThatThrownBy(() -> tape.gradient(drawn, Parameters.of(Map.of("rate", rate))))
        .isInstanceOf(NoGradientException.class)
        .hasMessageContaining("state");
  }

  @Test
  void nativeGradientOfAnOperationIsThatOfEachInputAlone() {
    // atan2(x, x²), whose inputs depend on each other: the derivative is −1/(1 + x²).
    Operand<TFloat32> x = tf.constant(2f);
    Operand<TFloat32> angle = tf.math.atan2(x, tf.math.square(x));

    Operand<TFloat32> gradient = tape.gradient(angle, Parameters.of(Map.of("x", x))).get("x");

    assertThat(value(gradient)).isCloseTo(-0.2f, Offset.offset(1e-6f));
  }

  @Test
  void valuesInBetweenGetTheirTotalDerivative() {
    Operand<TFloat32> x = tf.constant(3f);
    Operand<TFloat32> square = tf.math.square(x);
    var at = Parameters.of(ordered("x", x, "square", square));

    Parameters gradients = tape.gradient(tf.math.mul(square, x), at);

    assertThat(value(gradients.get("x"))).isEqualTo(27f);
    assertThat(value(gradients.get("square"))).isEqualTo(3f);
  }

  @Test
  void gradientsThatAreTheSameValueCanBeFetchedTogether() {
    var at = Parameters.of(ordered("x", tf.constant(1f), "y", tf.constant(2f)));
    Parameters gradients = tape.gradient(tf.math.add(at.get("x"), at.get("y")), at);

    try (var session = new Session(graph);
        var result = session.runner().fetch(gradients.get("x")).fetch(gradients.get("y")).run()) {
      assertThat(((TFloat32) result.get(1)).getFloat()).isEqualTo(1f);
    }
  }

  @Test
  void graphsMayBeDeeperThanTheStackOfAThread() {
    Operand<TFloat32> x = tf.constant(1f);
    Operand<TFloat32> sum = x;
    for (int i = 0; i < 4000; i++) {
      sum = tf.math.add(sum, x);
    }

    assertThat(value(tape.gradient(sum, Parameters.of(Map.of("x", x))).get("x"))).isEqualTo(4001f);
  }

  @Test
  void eagerModeIsRefused() {
    try (var eager = EagerSession.create()) {
      assertThatThrownBy(() -> new GradientTape(Ops.create(eager)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("graph");
    }
  }

  private static Map<String, Operand<TFloat32>> ordered(Object... namesAndValues) {
    var values = new LinkedHashMap<String, Operand<TFloat32>>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      @SuppressWarnings("unchecked")
      var value = (Operand<TFloat32>) namesAndValues[i + 1];
      values.put((String) namesAndValues[i], value);
    }
    return values;
  }

  private float value(Operand<TFloat32> scalar) {
    try (var session = new Session(graph);
        var result = session.runner().fetch(scalar).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }
}
