package org.crossfade.spcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.recipes.DomainImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class ContrastiveStepTest {
  private static final int CLASSES = 13;
  private static final int PIXELS = 32 * 48;
  private static final int TARGET_PIXELS = 32 * 40;

  /** What one step sees: source images of 48x32 and target images of 40x32. */
  private static final class Inputs {
    final int images;
    final float[] source;
    final int[] labels;
    final float[] target;
    final int[] targetLabels;

    Inputs(int images, float[] source, int[] labels, float[] target, int[] targetLabels) {
      this.images = images;
      this.source = source;
      this.labels = labels;
      this.target = target;
      this.targetLabels = targetLabels;
    }

    static Inputs of(int[] labels, int[] targetLabels) {
      return new Inputs(
          2, noise(2 * PIXELS * 3, 1), labels, noise(2 * TARGET_PIXELS * 3, 2), targetLabels);
    }

    static Inputs of() {
      return of(random(2 * PIXELS, 3), random(2 * TARGET_PIXELS, 4));
    }

    /** The half of two processes that process {@code p} sees. */
    Inputs half(int p) {
      return new Inputs(
          1,
          Arrays.copyOfRange(source, p * source.length / 2, (p + 1) * source.length / 2),
          Arrays.copyOfRange(labels, p * labels.length / 2, (p + 1) * labels.length / 2),
          Arrays.copyOfRange(target, p * target.length / 2, (p + 1) * target.length / 2),
          Arrays.copyOfRange(
              targetLabels, p * targetLabels.length / 2, (p + 1) * targetLabels.length / 2));
    }
  }

  /** A step with its graph; all banks start as the same prototypes. */
  private static final class Run implements AutoCloseable {
    final MethodGraph graph = new MethodGraph();
    final SegmentationNetwork network;
    final ContrastiveStep built;
    final CompiledStep compiled;

    Run(String overrides, Inputs in) {
      SpclOptions options = TinySpcl.options(overrides);
      SpclOptions.Contrast contrast = options.contrast();
      network = options.network().create(CLASSES).withBatchNorm(contrast.training().batchNorm());
      built =
          ContrastiveStep.build(
              graph.context(),
              network,
              contrast,
              options.prototypes().update(),
              options.pseudoLabels().confidence(),
              new DomainImages(
                  graph.input(in.source, in.images, 32, 48, 3),
                  graph.input(in.labels, in.images, 32, 48),
                  contrast.targetTerm() ? Optional.of(target(in, contrast)) : Optional.empty()));
      compiled = graph.compile(built.step());
      graph.initialize();
      prototypes();
    }

    private DomainImages.Target target(Inputs in, SpclOptions.Contrast contrast) {
      return new DomainImages.Target(
          graph.input(in.target, in.images, 32, 40, 3),
          contrast.readsPseudoLabels()
              ? Optional.of(graph.input(in.targetLabels, in.images, 32, 40))
              : Optional.empty());
    }

    private void prototypes() {
      int channels = network.featureChannels();
      Map<String, TFloat32> values = new HashMap<>();
      for (String name : role("prototypes").keySet()) {
        values.put(
            name,
            TFloat32.tensorOf(
                Shape.of(channels, CLASSES), DataBuffers.of(noise(channels * CLASSES, 9))));
      }
      graph.assign(values);
      values.values().forEach(TFloat32::close);
    }

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

    float[] bank(int process) {
      return role("prototypes").get("prototypes.bank" + process);
    }

    @Override
    public void close() {
      graph.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cl-source", "cl-target"})
  void contrastiveTermsReachTheBackboneOnly(String term) {
    try (var run = run("")) {
      Parameters weights =
          run.graph
              .parameters("segmenter")
              .select(name -> name.endsWith("weight") && !name.contains("bn"));
      LossTerm loss =
          run.built.step().updates().get(0).terms().stream()
              .filter(t -> t.name().equals(term))
              .findFirst()
              .orElseThrow();

      Parameters gradients =
          new GradientTape(run.graph.tf()).gradientWhereConnected(loss.value(), weights);

      assertThat(gradients.names()).noneMatch(run.network.head());
      assertThat(gradients.names()).contains("conv1.weight", "layer4.0.conv3.weight");
    }
  }

  @Test
  void lossesSeeThePrototypesThatTheStepLeaves() {
    try (var run = run("")) {
      float[] before = run.bank(0);
      float[] seen = run.graph.value(run.built.prototypes());

      run.step();

      assertThat(run.bank(0)).containsExactly(seen, within(1e-6f)).isNotEqualTo(before);
    }
  }

  @Test
  void withAlphaOneThePrototypesStay() {
    try (var run = run("prototypes.alpha = 1")) {
      float[] before = run.bank(0);

      run.step();

      assertThat(run.bank(0)).isEqualTo(before);
    }
  }

  /** What several processes with banks of their own compute is what they would compute alone. */
  @Test
  void everyProcessHasItsOwnMeansAndItsOwnBank() {
    String frozen = "contrast.training { batch-norm = frozen, processes = ";
    Inputs in = Inputs.of();
    Arrays.fill(in.labels, 0, PIXELS / 2, 255);
    try (var both = new Run(frozen + "2 }", in)) {
      float[] segmentation = both.graph.value(both.built.segmentation());
      float[] source = both.graph.value(both.built.contrastSource().orElseThrow());
      float[] target = both.graph.value(both.built.contrastTarget().orElseThrow());
      both.step();
      assertThat(both.bank(0)).isNotEqualTo(both.bank(1));
      for (int p = 0; p < 2; p++) {
        try (var alone = new Run(frozen + "1, source.batch = 1, target.batch = 1 }", in.half(p))) {
          Map<String, Float> losses = alone.step();

          assertThat(segmentation[p]).isCloseTo(losses.get("seg"), within(1e-5f));
          assertThat(source[p]).isCloseTo(losses.get("cl-source"), within(1e-5f));
          assertThat(target[p]).isCloseTo(losses.get("cl-target"), within(1e-5f));
          assertThat(both.bank(p)).containsExactly(alone.bank(0), within(1e-5f));
        }
      }
    }
  }

  /** PyTorch answers NaN here. */
  @Test
  void imagesWithoutLabelsLoseNothingAndAllPrototypesShrink() {
    int[] none = new int[2 * PIXELS];
    Arrays.fill(none, 255);
    int[] noTarget = new int[2 * TARGET_PIXELS];
    Arrays.fill(noTarget, 255);
    try (var run = new Run("", Inputs.of(none, noTarget))) {
      float[] before = run.bank(0);

      Map<String, Float> losses = run.step();

      assertThat(losses).hasSize(3).allSatisfy((name, loss) -> assertThat(loss).isZero());
      float[] shrunk = before.clone();
      for (int i = 0; i < shrunk.length; i++) {
        shrunk[i] *= 0.1f;
      }
      assertThat(run.bank(0)).containsExactly(shrunk, within(1e-7f));
      assertThat(run.role("segmenter").values()).allMatch(ContrastiveStepTest::isFinite);
    }
  }

  @Test
  void absentClassesAreLeftAloneWhereThatIsAsked() {
    int[] none = new int[2 * PIXELS];
    Arrays.fill(none, 255);
    try (var run =
        new Run(
            "prototypes.absent-classes = keep", Inputs.of(none, random(2 * TARGET_PIXELS, 4)))) {
      float[] before = run.bank(0);

      Map<String, Float> losses = run.step();

      assertThat(run.bank(0)).isEqualTo(before);
      assertThat(losses.get("cl-source")).isZero();
      assertThat(losses.get("cl-target")).isPositive().isFinite();
    }
  }

  @Test
  void onlineMasksHoldBelievedPredictionsOfTheNetworkItself() {
    try (var run = run("contrast.target-masks = online, pseudo-labels.confidence.quantile = 0.5")) {
      int[] mask = run.graph.integers(run.built.targetMask().orElseThrow());
      var logits = run.built.target().orElseThrow().logits();
      int[] predicted =
          run.graph.integers(
              run.graph.tf().math.argMax(logits, run.graph.tf().constant(3), TInt32.class));

      assertThat(mask).hasSameSizeAs(predicted);
      int believed = 0;
      for (int i = 0; i < mask.length; i++) {
        assertThat(mask[i]).isIn(predicted[i], 255);
        believed += mask[i] == 255 ? 0 : 1;
      }
      assertThat(believed).isBetween(mask.length / 2, mask.length - 1);
      assertThat(run.step().get("cl-target")).isPositive().isFinite();
    }
  }

  /** The published temperature: logits in ±0.01 leave the loss at ln K. */
  @Test
  void withTheDivisorOfTheCodeTheLossStaysAtTheLogarithmOfTheClasses() {
    try (var run = run("prototypes.alpha = 0")) {
      Map<String, Float> losses = run.step();

      assertThat(losses.get("cl-source")).isCloseTo((float) Math.log(CLASSES), within(0.02f));
      assertThat(losses.get("cl-target")).isCloseTo((float) Math.log(CLASSES), within(0.02f));
    }
  }

  private static Run run(String overrides) {
    return new Run(overrides, Inputs.of());
  }

  private static float[] noise(int count, long seed) {
    var random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static int[] random(int count, long seed) {
    return new Random(seed).ints(count, 0, CLASSES).toArray();
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
