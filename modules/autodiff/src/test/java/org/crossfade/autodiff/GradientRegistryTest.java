package org.crossfade.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import org.crossfade.testkit.NumericGradient;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Every rule of the registry, in isolation, against central differences. */
class GradientRegistryTest {
  private static final double STEP = 1e-2;
  private static final double TOLERANCE = 2e-3;

  /** IdentityN's is in {@link DilatedConvolutionTest}. */
  @Test
  void everyRuleHasATestHereOrBeside() {
    assertThat(GradientRegistry.operationTypes())
        .isEqualTo(Set.of("SparseSoftmaxCrossEntropyWithLogits", "Xlogy", "IdentityN"));
  }

  @Test
  void registeringTwiceDoesNothing() {
    GradientRegistry.register();
    GradientRegistry.register();
  }

  @Test
  void sparseSoftmaxCrossEntropy() {
    float[] logits = {0.3f, -1.2f, 0.7f, 2.1f, 0.2f, -0.4f, -0.9f, 1.3f, 0f, 0.5f, -1.7f, 0.8f};
    check(
        (tf, p) -> {
          // Unequal weights, so that a gradient of the wrong row shows.
          Operand<TFloat32> losses =
              tf.nn
                  .sparseSoftmaxCrossEntropyWithLogits(
                      p.get("logits"), tf.constant(new int[] {2, 0, 3}))
                  .loss();
          return sum(tf, tf.math.mul(losses, tf.constant(new float[] {1, -2, 0.5f})), 1);
        },
        new Argument("logits", Shape.of(3, 4), logits));
  }

  @Test
  void sparseSoftmaxCrossEntropyTwice() {
    float[] logits = {0.3f, -1.2f, 0.7f, 2.1f, 0.2f, -0.4f, -0.9f, 1.3f, 0f, 0.5f, -1.7f, 0.8f};
    float[] directions = {1, -2, 0.5f, 3, 0.25f, -1, 2, 0.75f, -0.5f, 1.5f, -3, 1};
    check(
        (tf, p) -> {
          Operand<TFloat32> losses =
              tf.nn
                  .sparseSoftmaxCrossEntropyWithLogits(
                      p.get("logits"), tf.constant(new int[] {2, 0, 3}))
                  .loss();
          Operand<TFloat32> loss =
              sum(tf, tf.math.mul(losses, tf.constant(new float[] {1, -2, 0.5f})), 1);
          Operand<TFloat32> first =
              new GradientTape(tf).gradient(loss, p.select("logits"::equals)).get("logits");
          Operand<TFloat32> along =
              tf.reshape(tf.constant(directions), tf.constant(new int[] {3, 4}));
          // Through the gradient alone, and through gradient and loss together.
          return tf.math.add(sum(tf, tf.math.mul(first, along), 2), tf.math.square(loss));
        },
        new Argument("logits", Shape.of(3, 4), logits));
  }

  @Test
  void sparseSoftmaxCrossEntropyTwiceThroughItsGradientAlone() {
    check(
        (tf, p) -> {
          Operand<TFloat32> losses =
              tf.nn
                  .sparseSoftmaxCrossEntropyWithLogits(
                      p.get("logits"), tf.constant(new int[] {1, 2}))
                  .loss();
          Operand<TFloat32> first =
              new GradientTape(tf).gradient(sum(tf, losses, 1), p).get("logits");
          return sum(
              tf,
              tf.math.mul(first, tf.constant(new float[][] {{1, -2, 0.5f}, {3, 0.25f, -1}})),
              2);
        },
        new Argument("logits", Shape.of(2, 3), new float[] {0.5f, 1.5f, -0.7f, 2f, 0.3f, 1f}));
  }

  @Test
  void xlogyInBothOperands() {
    check(
        (tf, p) -> {
          Operand<TFloat32> y = tf.math.xlogy(p.get("x"), p.get("y"));
          return sum(
              tf, tf.math.mul(y, tf.constant(new float[][] {{1, -2, 0.5f}, {3, 0.25f, -1}})), 2);
        },
        new Argument("x", Shape.of(2, 3), new float[] {0.5f, 1.5f, -0.7f, 2f, 0.3f, 1f}),
        new Argument("y", Shape.of(2, 3), new float[] {0.4f, 2f, 1.1f, 0.6f, 3f, 0.9f}));
  }

  @Test
  void xlogyBroadcastsEitherOperand() {
    BiFunction<Ops, Parameters, Operand<TFloat32>> weighted =
        (tf, p) ->
            sum(
                tf,
                tf.math.mul(
                    tf.math.xlogy(p.get("x"), p.get("y")),
                    tf.constant(new float[][] {{1, -2, 0.5f}, {3, 0.25f, -1}})),
                2);
    float[] full = {0.5f, 1.5f, 0.7f, 2f, 0.3f, 1f};
    check(
        weighted,
        new Argument("x", Shape.of(2, 1), new float[] {0.5f, -1.5f}),
        new Argument("y", Shape.of(2, 3), full));
    check(
        weighted,
        new Argument("x", Shape.of(2, 3), full),
        new Argument("y", Shape.of(3), new float[] {0.5f, 1.5f, 2f}));
  }

  @Test
  void xlogyIsFlatInYWhereXIsZero() {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = tf.constant(0f);
      Operand<TFloat32> y = tf.constant(0f);
      var gradients =
          new GradientTape(tf).gradient(tf.math.xlogy(x, y), Parameters.of(Map.of("x", x, "y", y)));
      for (String name : List.of("x", "y")) {
        try (var result = session.runner().fetch(gradients.get(name)).run()) {
          assertThat(((TFloat32) result.get(0)).getFloat()).isZero();
        }
      }
    }
  }

  /** A differentiated argument of a function. */
  private static final class Argument {
    final String name;
    final Shape shape;
    final float[] at;

    Argument(String name, Shape shape, float[] at) {
      this.name = name;
      this.shape = shape;
      this.at = at;
    }
  }

  private static void check(
      BiFunction<Ops, Parameters, Operand<TFloat32>> function, Argument... arguments) {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var feeds = new LinkedHashMap<String, Operand<TFloat32>>();
      for (Argument a : arguments) {
        feeds.put(a.name, tf.placeholder(TFloat32.class, Placeholder.shape(a.shape)));
      }
      Operand<TFloat32> loss = function.apply(tf, Parameters.of(feeds));
      Parameters gradients = new GradientTape(tf).gradient(loss, Parameters.of(feeds));
      for (Argument varied : arguments) {
        ToDoubleFunction<double[]> at = x -> run(session, feeds, arguments, varied, x, loss)[0];
        double[] point = widen(varied.at);
        double[] analytic =
            run(session, feeds, arguments, varied, point, gradients.get(varied.name));
        NumericGradient.assertGradient(at, point, analytic, STEP, TOLERANCE);
      }
    }
  }

  private static double[] run(
      Session session,
      Map<String, Operand<TFloat32>> feeds,
      Argument[] arguments,
      Argument varied,
      double[] point,
      Operand<TFloat32> fetch) {
    var tensors =
        Arrays.stream(arguments)
            .map(
                a -> TFloat32.tensorOf(a.shape, DataBuffers.of(a == varied ? narrow(point) : a.at)))
            .toList();
    var runner = session.runner().fetch(fetch);
    for (int i = 0; i < arguments.length; i++) {
      runner.feed(feeds.get(arguments[i].name), tensors.get(i));
    }
    try (var result = runner.run()) {
      var tensor = (TFloat32) result.get(0);
      var values = DataBuffers.ofFloats(tensor.size());
      tensor.copyTo(values);
      float[] floats = new float[(int) tensor.size()];
      values.read(floats);
      return widen(floats);
    } finally {
      tensors.forEach(TFloat32::close);
    }
  }

  private static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> x, int dimensions) {
    int[] axes = new int[dimensions];
    Arrays.setAll(axes, i -> i);
    return tf.reduceSum(x, tf.constant(axes));
  }

  private static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }

  private static float[] narrow(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }
}
