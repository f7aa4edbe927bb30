package org.crossfade.fada;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.nn.Resize;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class FineGrainedStepTest {
  private static final int CLASSES = 13;

  /** One step of two source images of 48x32 and two target images of 40x32. */
  private static final class Run implements AutoCloseable {
    final MethodGraph graph = new MethodGraph();
    final SegmentationNetwork network;
    final FineGrainedStep built;
    final CompiledStep compiled;

    Run(String overrides, int[] labels) {
      FadaOptions options = TinyFada.options(overrides);
      network = options.network().create(CLASSES).withBatchNorm(options.adversarial().batchNorm());
      built =
          FineGrainedStep.build(
              graph.context(),
              network,
              options.adversarial(),
              options.alignment(),
              new DomainImages(
                  graph.input(noise(2 * 32 * 48 * 3, 1), 2, 32, 48, 3),
                  graph.input(labels, 2, 32, 48),
                  graph.input(noise(2 * 32 * 40 * 3, 2), 2, 32, 40, 3)));
      compiled = graph.compile(built.step());
      graph.initialize();
    }

    /** Returns one step's losses by name. */
    Map<String, Float> step() {
      float[] values = graph.run(compiled, 0);
      Map<String, Float> losses = new HashMap<>();
      for (int i = 0; i < values.length; i++) {
        losses.put(compiled.terms().get(i), values[i]);
      }
      return losses;
    }

    Map<String, float[]> role(String role) {
      return graph.variables(name -> name.startsWith(role + "."));
    }

    LossTerm term(int update, int term) {
      return built.step().updates().get(update).terms().get(term);
    }

    @Override
    public void close() {
      graph.close();
    }
  }

  private Run run;

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void discriminatorStepLeavesSegmenterUntouched() {
    Map<String, float[]> one = after("alignment.lambda-d = 0.5", "segmenter");
    Map<String, float[]> other = after("alignment.lambda-d = 50", "segmenter");

    assertEqual(one, other);
  }

  @Test
  void adversarialTermLeavesDiscriminatorUntouched() {
    Map<String, float[]> one = after("alignment.lambda-adv = 0.001", "discriminator");
    Map<String, float[]> other = after("alignment.lambda-adv = 10", "discriminator");

    assertEqual(one, other);
  }

  @Test
  void bothPlayersMove() {
    run = new Run("", labels());
    Map<String, float[]> segmenter = run.role("segmenter");
    Map<String, float[]> discriminator = run.role("discriminator");

    run.step();

    assertThat(moved(segmenter, run.role("segmenter"))).contains("segmenter.conv1.weight");
    assertThat(moved(discriminator, run.role("discriminator")))
        .containsExactlyInAnyOrderElementsOf(discriminator.keySet());
  }

  @Test
  void adversarialTermReachesTheBackboneOnly() {
    run = new Run("", labels());
    var head = run.network.head();
    Parameters weights = run.graph.parameters("segmenter").select(name -> name.endsWith("weight"));

    Parameters gradients =
        new GradientTape(run.graph.tf())
            .gradientWhereConnected(run.term(0, 1).value(), weights.select(n -> !n.contains("bn")));

    assertThat(gradients.names()).noneMatch(head);
    assertThat(gradients.names()).contains("conv1.weight", "layer4.0.conv3.weight");
    assertThat(norm(run.graph.value(gradients.get("conv1.weight")))).isPositive();
  }

  @Test
  void anImageWithoutLabelsLosesNothingButTakesPartInTheAlignment() {
    int[] none = new int[2 * 32 * 48];
    Arrays.fill(none, 255);
    run = new Run("", none);

    Map<String, Float> losses = run.step();

    assertThat(losses.get("seg")).isZero();
    assertThat(losses.get("d-source")).isPositive().isFinite();
    assertThat(losses.get("adv")).isPositive().isFinite();
    assertThat(run.role("segmenter").values()).allMatch(FineGrainedStepTest::isFinite);
  }

  @Test
  void withoutAConfidentPixelNothingIsAligned() {
    run = new Run("alignment { encoding = hard, confidence = 1 }", labels());

    Map<String, Float> losses = run.step();

    assertThat(losses.get("seg")).isPositive();
    assertThat(losses.get("adv")).isZero();
    assertThat(losses.get("d-source")).isZero();
    assertThat(losses.get("d-target")).isZero();
  }

  /** A binary discriminator that knows nothing loses ln 2 a pixel; a fine-grained one Σa·ln 2K. */
  @Test
  void binaryEncodingHasOneChannelADomain() {
    run = new Run("alignment.encoding = binary", labels());

    assertThat(run.role("discriminator").get("discriminator.cls1.bias")).hasSize(1);
    assertThat(run.step().get("d-source")).isBetween(0.5f, 0.9f);
  }

  /** Two processes average their own images' means; one pools all labelled pixels. */
  @Test
  void processesAverageTheirOwnPixels() {
    int[] labels = labels();
    Arrays.fill(labels, 32 * 48, 2 * 32 * 48 - 5, 255);
    run = new Run("adversarial.processes = 2", labels);
    float[] perProcess = run.graph.value(run.built.segmentation());
    float separate = run.step().get("seg");
    run.close();
    run = new Run("adversarial.processes = 1", labels);
    float pooled = run.step().get("seg");

    assertThat(perProcess).hasSize(2);
    assertThat(separate).isEqualTo((perProcess[0] + perProcess[1]) / 2);
    int first = 32 * 48;
    float expected = (first * perProcess[0] + 5 * perProcess[1]) / (first + 5);
    assertThat(pooled).isCloseTo(expected, Assertions.within(1e-4f));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1.8})
  void segmentationHasItsOwnTemperature(double temperature) {
    run = new Run("alignment.segmentation-temperature = " + temperature, labels());
    Operand<TFloat32> logits = run.built.source().logits();
    var up = Resize.bilinear(run.graph.tf(), logits, 32, 48);
    var loss = new SegmentationCrossEntropy(255, 1);
    float expected =
        run.graph
            .value(
                loss.apply(
                    run.graph.tf(),
                    run.graph.tf().math.div(up, run.graph.tf().constant((float) temperature)),
                    run.graph.input(labels(), 2, 32, 48)))[0];

    assertThat(run.step().get("seg")).isEqualTo(expected);
  }

  private Map<String, float[]> after(String overrides, String role) {
    if (run != null) {
      run.close();
    }
    run = new Run(overrides, labels());
    run.step();
    return run.role(role);
  }

  private static void assertEqual(Map<String, float[]> one, Map<String, float[]> other) {
    assertThat(one.keySet()).isEqualTo(other.keySet());
    one.forEach((name, values) -> assertThat(other.get(name)).as(name).isEqualTo(values));
  }

  private static List<String> moved(Map<String, float[]> before, Map<String, float[]> after) {
    return before.keySet().stream()
        .filter(name -> !Arrays.equals(before.get(name), after.get(name)))
        .toList();
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static double norm(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  private static float[] noise(int count, long seed) {
    var random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static int[] labels() {
    var random = new Random(3);
    return random.ints(2 * 32 * 48, 0, CLASSES).toArray();
  }
}
