package org.crossfade.pixda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.ReplicatedNetwork;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.recipes.DomainImages;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/** Laws of PixDA's two steps. */
class StepsTest {
  private static final int CLASSES = 19;
  private static final int HEIGHT = 32;
  private static final int WIDTH = 48;

  /** One step of the adversarial phase; returns what a role's variables are after it. */
  private static Map<String, float[]> afterAdversarial(String overrides, String role) {
    PixDaOptions options = TinyPixDa.options(overrides);
    try (var graph = new MethodGraph()) {
      var built =
          PixelAdversarialStep.build(
              graph.context(), network(options), options, images(graph, options, 255));
      CompiledStep compiled = graph.compile(built.step());
      graph.initialize();
      graph.run(compiled, 0);
      return graph.variables(name -> name.startsWith(role + "."));
    }
  }

  @Test
  void discriminatorsLeaveTheSegmenterUntouched() {
    assertEqual(
        afterAdversarial("alignment.lambda-d = 0.5", "segmenter"),
        afterAdversarial("alignment.lambda-d = 50", "segmenter"));
  }

  @Test
  void theAdversarialTermLeavesTheDiscriminatorsUntouched() {
    for (String role : new String[] {"discriminator", "image-discriminator"}) {
      assertEqual(
          afterAdversarial("alignment.lambda-adv = 0.1", role),
          afterAdversarial("alignment.lambda-adv = 10", role));
    }
  }

  @Test
  void theSelectingDiscriminatorDoesNotReachTheSegmenter() {
    assertEqual(
        afterAdversarial("selection.enabled = true", "segmenter"),
        afterAdversarial("selection.enabled = false", "segmenter"));
  }

  @Test
  void theAdversarialTermReachesTheSegmenter() {
    assertThat(afterAdversarial("alignment.lambda-adv = 0.1", "segmenter").get(CONV))
        .isNotEqualTo(afterAdversarial("alignment.lambda-adv = 10", "segmenter").get(CONV));
  }

  private static final String CONV = "segmenter.conv1.weight";

  @Test
  void styleChangesTheSourceLossAndNothingOfTheTarget() {
    Map<String, Float> styled = adversarialLosses("", 255);
    Map<String, Float> plain = adversarialLosses("style = null", 255);

    assertThat(styled.get("seg-source")).isNotEqualTo(plain.get("seg-source"));
    assertThat(styled.get("seg-target")).isEqualTo(plain.get("seg-target"));
    assertThat(styled.get("adv")).isEqualTo(plain.get("adv"));
  }

  @Test
  void unlabelledTargetsLoseNothingWithS() {
    Map<String, Float> losses = adversarialLosses("", 0);

    assertThat(losses.get("seg-target")).isZero();
    assertThat(losses.get("adv")).isZero();
    assertThat(adversarialLosses("alignment { use-s = false, use-b = false }", 0).get("adv"))
        .isPositive();
  }

  @Test
  void replicasNormaliseTheirSharesAloneAndTheFirstMovesTheStatistics() {
    PixDaOptions two = TinyPixDa.options("replicas = 2");
    try (var graph = new MethodGraph()) {
      SegmentationNetwork network = network(two);
      var parameters = graph.context().parameters("segmenter", network);
      var images = network.normalisation().apply(graph.tf(), image(graph, 1));
      var pass = graph.context().training("segmenter");
      var together = network.forward(pass, parameters, images).logits();
      var alone = two.network().create(CLASSES).withBatchNorm(BatchNorm.Mode.BATCH_STATISTICS);
      var second =
          graph
              .tf()
              .slice(
                  images,
                  graph.tf().constant(new int[] {1, 0, 0, 0}),
                  graph.tf().constant(new int[] {1, HEIGHT, WIDTH, 3}));
      var other = alone.forward(graph.context().training("segmenter"), parameters, second).logits();
      graph.initialize();

      float[] both = graph.value(together);
      assertThat(Arrays.copyOfRange(both, both.length / 2, both.length))
          .containsExactly(graph.value(other), within(1e-4f));
      assertThat(
              pass.stateUpdates().stream()
                  .filter(u -> u.variable().equals("segmenter.bn1.running_mean")))
          .hasSize(1);
    }
  }

  @Test
  void theTeacherStaysWhatItIsAndHoldsTheStudent() {
    PixDaOptions options = TinyPixDa.options("fine-tuning.distillation.weight = 1000");
    try (var graph = new MethodGraph()) {
      var images = images(graph, options, 255);
      var built =
          FineTuningStep.build(
              graph.context(),
              network(options),
              options,
              images.targetImages(),
              images.targetLabels());
      CompiledStep compiled = graph.compile(built.step());
      graph.initialize();
      Map<String, float[]> teacher = graph.variables(name -> name.startsWith("teacher."));
      Map<String, float[]> student = graph.variables(name -> name.startsWith("segmenter."));

      graph.run(compiled, 0);

      assertEqual(graph.variables(name -> name.startsWith("teacher.")), teacher);
      assertThat(graph.variables(name -> name.startsWith("segmenter.")).get(CONV))
          .isNotEqualTo(student.get(CONV));
    }
  }

  private static Map<String, Float> adversarialLosses(String overrides, int labels) {
    PixDaOptions options = TinyPixDa.options(overrides);
    try (var graph = new MethodGraph()) {
      var built =
          PixelAdversarialStep.build(
              graph.context(), network(options), options, images(graph, options, labels));
      CompiledStep compiled = graph.compile(built.step());
      graph.initialize();
      float[] values = graph.run(compiled, 0);
      Map<String, Float> losses = new HashMap<>();
      for (int i = 0; i < values.length; i++) {
        losses.put(compiled.terms().get(i), values[i]);
      }
      return losses;
    }
  }

  private static SegmentationNetwork network(PixDaOptions options) {
    return new ReplicatedNetwork(options.network().create(CLASSES), options.replicas())
        .withBatchNorm(BatchNorm.Mode.BATCH_STATISTICS);
  }

  /**
   * Noise.
   *
   * @param labelled target pixels: below it a pixel has a label
   */
  private static DomainImages images(MethodGraph graph, PixDaOptions options, int labelled) {
    return TinyPixDa.images(
        graph.tf(),
        options,
        network(options).normalisation(),
        image(graph, 1),
        labels(graph, 2, 255),
        image(graph, 3),
        labels(graph, 4, labelled));
  }

  private static Operand<TUint8> image(MethodGraph graph, long seed) {
    var random = new Random(seed);
    float[] values = new float[2 * HEIGHT * WIDTH * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(256);
    }
    Operand<TFloat32> image = graph.input(values, 2, HEIGHT, WIDTH, 3);
    return graph.tf().dtypes.cast(image, TUint8.class);
  }

  private static Operand<TInt32> labels(MethodGraph graph, long seed, int labelled) {
    var random = new Random(seed);
    int[] values = new int[2 * HEIGHT * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(256) < labelled ? random.nextInt(CLASSES) : 255;
    }
    return graph.input(values, 2, HEIGHT, WIDTH);
  }

  private static void assertEqual(Map<String, float[]> got, Map<String, float[]> expected) {
    assertThat(new LinkedHashMap<>(got).keySet()).isNotEmpty().isEqualTo(expected.keySet());
    got.forEach((name, value) -> assertThat(value).as(name).isEqualTo(expected.get(name)));
  }
}
