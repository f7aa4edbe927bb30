package org.crossfade.metapix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.Domain;
import org.crossfade.core.nn.FullyConnected;
import org.crossfade.methodtest.MethodGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class MetaGradientTest {
  private static final int K = 4;
  private static final int HEIGHT = 7;
  private static final int WIDTH = 9;

  private final Random random = new Random(11);

  /** In float64, on two source images, with a step long enough to bend the loss. */
  @ParameterizedTest
  @CsvSource({
    "1, 0.1, LABELLED_MEAN, false",
    "1, 2.0, ALL_PIXELS, true",
    "2, 0.5, LABELLED_MEAN, true",
    "2, 0.001, ALL_PIXELS, false",
  })
  void bothWaysGiveOneGradient(int stems, double alpha, TargetLoss loss, boolean rectified) {
    try (var graph = new MethodGraph()) {
      var given = new Given(graph, stems);
      MetaGradient nested = given.gradient(MetaGradient.Mode.SECOND_ORDER, alpha, loss, rectified);
      MetaGradient directional =
          given.gradient(MetaGradient.Mode.DIRECTIONAL, alpha, loss, rectified);

      isTheSame(graph, given.phi, directional, nested);
    }
  }

  @ParameterizedTest
  @EnumSource(MetaGradient.Mode.class)
  void stepsAsOuterProductsAreStepsOfTheKernels(MetaGradient.Mode mode) {
    try (var graph = new MethodGraph()) {
      var given = new Given(graph, 2);
      var formed = given.gradient(mode, 0.5, TargetLoss.LABELLED_MEAN, true);
      given.fullyConnected = TinyNetworks.Segmenter.fullyConnected(given.theta);
      var unformed = given.gradient(mode, 0.5, TargetLoss.LABELLED_MEAN, true);

      assertThat(unformed.moved()).isEqualTo(formed.moved());
      isTheSame(graph, given.phi, unformed, formed);
    }
  }

  @Test
  void pixelsWithoutALabelAgreeWithNothing() {
    try (var graph = new MethodGraph()) {
      var given = new Given(graph, 1);
      MetaGradient meta =
          given.gradient(MetaGradient.Mode.DIRECTIONAL, 0.1, TargetLoss.LABELLED_MEAN, false);
      float[] u =
          graph.value(graph.tf().dtypes.cast(meta.agreement().orElseThrow(), TFloat32.class));
      int[] labels = graph.integers(graph.tf().identity(given.sourceLabels));

      for (int i = 0; i < u.length; i++) {
        assertThat(u[i] == 0).as("pixel " + i).isEqualTo(labels[i] == LabelSpace.IGNORE);
      }
    }
  }

  @Test
  void parametersThatTheSourceDoesNotReachStandStill() {
    try (var graph = new MethodGraph()) {
      var given = new Given(graph, 2);
      MetaGradient meta =
          given.gradient(MetaGradient.Mode.DIRECTIONAL, 0.1, TargetLoss.LABELLED_MEAN, false);

      assertThat(meta.stepped().names()).isEqualTo(given.theta.names());
      assertThat(meta.stepped().get("conv1b.weight")).isSameAs(given.theta.get("conv1b.weight"));
      assertThat(meta.stepped().get("conv1a.weight")).isNotSameAs(given.theta.get("conv1a.weight"));
    }
  }

  /** In value, and in all its gradients with respect to φ. */
  private static void isTheSame(
      MethodGraph graph, Parameters phi, MetaGradient found, MetaGradient expected) {
    Ops tf = graph.tf();
    var tape = new GradientTape(tf);
    Parameters gradient = tape.gradient(found.objective(), phi);
    var errors = new LinkedHashMap<String, Operand<TFloat32>>();
    tape.gradient(expected.objective(), phi)
        .asMap()
        .forEach((name, exact) -> errors.put(name, relativeError(tf, gradient.get(name), exact)));
    errors.put("value", relativeError(tf, found.objective(), expected.objective()));

    graph.values(errors).forEach((name, e) -> assertThat(e[0]).as(name).isLessThan(1e-9f));
  }

  /** ‖a − b‖/‖b‖, and 0 where both vanish. */
  private static Operand<TFloat32> relativeError(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b) {
    return tf.dtypes.cast(
        tf.math.divNoNan(norm(tf, tf.math.sub(a, b)), norm(tf, b)), TFloat32.class);
  }

  private static Operand<TFloat32> norm(Ops tf, Operand<TFloat32> x) {
    return tf.math.sqrt(
        tf.reduceSum(tf.math.square(tf.reshape(x, tf.constant(new int[] {-1}))), tf.constant(0)));
  }

  /** Random weights, images and labels in double precision. */
  private final class Given {
    private final MethodGraph graph;
    private final int stems;
    private final Parameters theta;
    private final Parameters phi;
    private final Operand<TFloat32> source;
    private final Operand<TFloat32> target;
    private final Operand<TInt32> sourceLabels;
    private final Operand<TInt32> targetLabels;
    private List<FullyConnected> fullyConnected = List.of();

    Given(MethodGraph graph, int stems) {
      this.graph = graph;
      this.stems = stems;
      var segmenter = new LinkedHashMap<String, Operand<TFloat32>>();
      for (String stem : stems == 1 ? new String[] {"conv1"} : new String[] {"conv1a", "conv1b"}) {
        layer(segmenter, stem, 3, 3, 5);
      }
      layer(segmenter, "conv2", 3, 5, 6);
      layer(segmenter, "score", 1, 6, K);
      theta = Parameters.of(segmenter);
      var weighting = new LinkedHashMap<String, Operand<TFloat32>>();
      layer(weighting, "conv1", 3, 3 + K + 1, 4);
      layer(weighting, "out", 1, 4, 2);
      phi = Parameters.of(weighting);
      source = values(1, 2, HEIGHT, WIDTH, 3);
      target = values(1, 1, HEIGHT + 1, WIDTH, 3);
      sourceLabels = labels(2, HEIGHT, WIDTH);
      targetLabels = labels(1, HEIGHT + 1, WIDTH);
    }

    MetaGradient gradient(
        MetaGradient.Mode mode, double alpha, TargetLoss loss, boolean rectified) {
      Forward pass = Forward.inference(graph.tf());
      return MetaGradient.of(
          graph.tf(),
          mode,
          new MetaGradient.Batch(
              pass,
              new TinyNetworks.Segmenter(stems, Domain.SOURCE, false, K),
              source,
              sourceLabels,
              fullyConnected),
          new MetaGradient.Batch(
              pass,
              new TinyNetworks.Segmenter(stems, Domain.TARGET, rectified, K),
              target,
              targetLabels,
              fullyConnected),
          theta,
          new TinyNetworks.Weighting(K, 1),
          phi,
          alpha,
          loss);
    }

    private void layer(
        Map<String, Operand<TFloat32>> into, String name, int kernel, int in, int out) {
      double scale = Math.sqrt(2.0 / (kernel * kernel * in));
      into.put(name + ".weight", values(scale, kernel, kernel, in, out));
      into.put(name + ".bias", values(0.1, out));
    }

    private Operand<TFloat32> values(double scale, long... shape) {
      int size = 1;
      for (long extent : shape) {
        size *= (int) extent;
      }
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) (scale * random.nextGaussian());
      }
      return TinyNetworks.inDoublePrecision(graph.tf(), graph.input(values, shape));
    }

    private Operand<TInt32> labels(int... shape) {
      int[] ids = new int[shape[0] * shape[1] * shape[2]];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = i % 7 == 3 ? LabelSpace.IGNORE : random.nextInt(K);
      }
      return graph.input(ids, shape[0], shape[1], shape[2]);
    }
  }
}
