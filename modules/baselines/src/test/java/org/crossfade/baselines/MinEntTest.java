package org.crossfade.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.Resize;
import org.crossfade.methodtest.MethodGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TUint8;

/** The two-level recipe with a small network: a source image of 72x40, a target image of 64x32. */
class MinEntTest {
  private static final int CLASSES = 13;
  private static final String SMALL =
      """
      network { layers = [1, 1, 1, 1], width = 4 }
      adaptation { source { width = 72, height = 40 }, target { width = 64, height = 32 } }
      """;

  private MethodGraph graph;
  private MinEnt method;
  private Step step;
  private CompiledStep compiled;

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void twoLevelsHaveACrossEntropyAndAnEntropyEach() {
    build("");

    assertThat(weights())
        .isEqualTo(
            Map.of("seg", 1.0, "seg-auxiliary", 0.1, "entropy", 0.001, "entropy-auxiliary", 2e-4));
  }

  @Test
  void oneLevelHasOneOfEach() {
    build("network.auxiliary-head = false");

    assertThat(weights()).isEqualTo(Map.of("seg", 1.0, "entropy", 0.001));
  }

  /** −Σ p·ln p/(H·W·ln K), of logits that were stretched to the image. */
  @Test
  void entropyIsThatOfPredictionsAtTheSizeOfTheTargetImage() {
    build("");
    var network = method.segmenter();
    Prediction prediction =
        network.forward(
            Forward.training(graph.tf(), TrainingPhase.SEGMENTER, graph.context().seed("by hand")),
            graph.parameters(TrainingPhase.SEGMENTER),
            network.normalisation().apply(graph.tf(), graph.context().images("target")));
    float[] logits =
        graph.value(
            Resize.bilinear(graph.tf(), prediction.auxiliaryLogits().orElseThrow(), 32, 64));

    assertThat((double) losses().get("entropy-auxiliary"))
        .isCloseTo(normalisedEntropy(logits), within(1e-5));
  }

  /** Each level's entropy moves its own classifier and the trunk below. */
  @Test
  void entropyOfALevelReachesItsOwnHead() {
    build("");
    Parameters all = graph.parameters(TrainingPhase.SEGMENTER);
    Parameters kernels = all.select(name -> name.endsWith(".weight"));
    var tape = new GradientTape(graph.tf());

    assertThat(tape.gradientWhereConnected(term("entropy").value(), kernels).names())
        .contains("layer6.conv2d_list.3.weight", "layer4.0.conv3.weight", "conv1.weight")
        .noneMatch(name -> name.startsWith("layer5"));
    assertThat(tape.gradientWhereConnected(term("entropy-auxiliary").value(), kernels).names())
        .contains("layer5.conv2d_list.3.weight", "layer3.0.conv3.weight", "conv1.weight")
        .noneMatch(name -> name.startsWith("layer6") || name.startsWith("layer4"));
  }

  /** With nothing to learn from the source, predictions on the target become surer. */
  @Test
  void trainingLowersTheEntropy() {
    build(
        """
        weights { lambda-ent1 = 1, lambda-ent2 = 1 }
        adaptation.segmenter { kind = adam, rate = 1e-3, head-factor = 1 }
        adaptation.segmenter.repeat-trunk-updates = false
        """);
    graph.feed(
        graph.context().feeds(Domain.SOURCE.stream()).labels(),
        TUint8.tensorOf(Shape.of(1, 40, 72), DataBuffers.of(filled(40 * 72, (byte) 255))));
    Map<String, Float> before = losses();
    for (int i = 0; i < 5; i++) {
      losses();
    }
    Map<String, Float> after = losses();

    assertThat(before.get("seg")).isZero();
    assertThat(after.get("entropy")).isLessThan(before.get("entropy"));
    assertThat(after.get("entropy-auxiliary")).isLessThan(before.get("entropy-auxiliary"));
  }

  private void build(String overrides) {
    method =
        new MinEnt(
            ShippedOptions.read("minent", "", SMALL + overrides, MinEntOptions.class), CLASSES);
    var phase = (TrainingPhase) method.phases().get(0);
    graph = new MethodGraph(phase.streams());
    step = phase.steps().apply(graph.context()).get(0);
    compiled = graph.compile(step);
    graph.initialize();
    graph.feed(
        graph.context().feeds(Domain.SOURCE.stream()).images(),
        TUint8.tensorOf(Shape.of(1, 40, 72, 3), DataBuffers.of(noise(40 * 72 * 3, 1))));
    graph.feed(
        graph.context().feeds(Domain.TARGET.stream()).images(),
        TUint8.tensorOf(Shape.of(1, 32, 64, 3), DataBuffers.of(noise(32 * 64 * 3, 2))));
  }

  private List<LossTerm> terms() {
    return step.updates().get(0).terms();
  }

  private LossTerm term(String name) {
    return terms().stream().filter(term -> term.name().equals(name)).findFirst().orElseThrow();
  }

  private Map<String, Double> weights() {
    var weights = new HashMap<String, Double>();
    terms().forEach(term -> weights.put(term.name(), term.weight()));
    return weights;
  }

  /** Takes a step and returns its losses. */
  private Map<String, Float> losses() {
    float[] values = graph.run(compiled, 0);
    var losses = new HashMap<String, Float>();
    for (int i = 0; i < values.length; i++) {
      losses.put(compiled.terms().get(i), values[i]);
    }
    return losses;
  }

  private static double normalisedEntropy(float[] logits) {
    int pixels = logits.length / CLASSES;
    double sum = 0;
    for (int i = 0; i < pixels; i++) {
      double total = 0;
      for (int k = 0; k < CLASSES; k++) {
        total += Math.exp(logits[i * CLASSES + k]);
      }
      for (int k = 0; k < CLASSES; k++) {
        double p = Math.exp(logits[i * CLASSES + k]) / total;
        sum -= p * Math.log(p);
      }
    }
    return sum / (pixels * Math.log(CLASSES));
  }

  private static byte[] noise(int count, long seed) {
    byte[] values = new byte[count];
    new Random(seed).nextBytes(values);
    return values;
  }

  private static byte[] filled(int count, byte value) {
    byte[] values = new byte[count];
    Arrays.fill(values, value);
    return values;
  }
}
