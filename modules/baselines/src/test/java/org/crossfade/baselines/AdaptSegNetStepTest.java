package org.crossfade.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.recipes.AdaptSegNetStep;
import org.crossfade.recipes.DomainImages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The two-level recipe with a small network. */
class AdaptSegNetStepTest {
  private static final int CLASSES = 13;
  private static final String SMALL =
      "network { layers = [1, 1, 1, 1], width = 4 }, alignment.discriminator-width = 2\n";

  /** One step of a source image of 72x40 and a target image of 64x32. */
  private static final class Run implements AutoCloseable {
    final MethodGraph graph = new MethodGraph();
    final SegmentationNetwork network;
    final AdaptSegNetStep built;
    final CompiledStep compiled;

    Run(String overrides, int[] labels) {
      AdaptSegNetOptions options =
          ShippedOptions.read("adaptsegnet", "", SMALL + overrides, AdaptSegNetOptions.class);
      network = options.network().create(CLASSES).withBatchNorm(options.adversarial().batchNorm());
      built =
          AdaptSegNetStep.build(
              graph.context(),
              network,
              options.adversarial(),
              options.alignment(),
              new DomainImages(
                  graph.input(noise(40 * 72 * 3, 1), 1, 40, 72, 3),
                  graph.input(labels, 1, 40, 72),
                  graph.input(noise(32 * 64 * 3, 2), 1, 32, 64, 3)));
      compiled = graph.compile(built.step());
      graph.initialize();
    }

    Map<String, Float> step() {
      float[] values = graph.run(compiled, 0);
      Map<String, Float> losses = new HashMap<>();
      for (int i = 0; i < values.length; i++) {
        losses.put(compiled.terms().get(i), values[i]);
      }
      return losses;
    }

    LossTerm term(String name) {
      return built.step().updates().stream()
          .flatMap(update -> update.terms().stream())
          .filter(term -> term.name().equals(name))
          .findFirst()
          .orElseThrow();
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
  void adversarialTermsLeaveDiscriminatorsUntouched() {
    String weights = "alignment { lambda-adv1 = %s, lambda-adv2 = %s }";
    Map<String, float[]> one = discriminatorsAfter(weights.formatted("0", "0"));
    Map<String, float[]> other = discriminatorsAfter(weights.formatted("10", "10"));

    assertThat(one).isNotEmpty();
    one.forEach((name, values) -> assertThat(other.get(name)).as(name).isEqualTo(values));
  }

  /** The main level's head reads the last stage; the auxiliary level's reads the third. */
  @Test
  void eachAdversarialTermReachesItsOwnHeadAndTheTrunkBelow() {
    run = new Run("", labels());
    Parameters weights = run.graph.parameters("segmenter").select(n -> n.endsWith(".weight"));
    var tape = new GradientTape(run.graph.tf());

    var main = tape.gradientWhereConnected(run.term("adv").value(), weights).names();
    var auxiliary = tape.gradientWhereConnected(run.term("adv-auxiliary").value(), weights).names();

    assertThat(main)
        .contains("layer6.conv2d_list.0.weight", "layer4.0.conv3.weight", "conv1.weight")
        .noneMatch(name -> name.startsWith("layer5"));
    assertThat(auxiliary)
        .contains("layer5.conv2d_list.0.weight", "layer3.0.conv3.weight", "conv1.weight")
        .noneMatch(name -> name.startsWith("layer6") || name.startsWith("layer4"));
  }

  @Test
  void anImageWithoutLabelsLosesNothingInTheSegmentation() {
    int[] none = new int[40 * 72];
    Arrays.fill(none, 255);
    run = new Run("", none);

    Map<String, Float> losses = run.step();

    assertThat(losses.get("seg")).isZero();
    assertThat(losses.get("seg-auxiliary")).isZero();
    assertThat(losses.get("adv")).isPositive().isFinite();
    assertThat(losses.get("discriminator.source")).isPositive().isFinite();
  }

  /** Source and target pass both move the running statistics, the source first. */
  @Test
  void bothPassesMoveTheRunningStatistics() {
    run = new Run("", labels());
    Map<String, float[]> before = run.graph.variables(n -> n.endsWith("bn1.running_mean"));
    long updatesOfOne =
        run.built.step().stateUpdates().stream()
            .filter(update -> update.variable().equals("segmenter.bn1.running_mean"))
            .count();

    run.step();

    assertThat(updatesOfOne).isEqualTo(2);
    Map<String, float[]> after = run.graph.variables(n -> n.endsWith("bn1.running_mean"));
    assertThat(after.get("segmenter.bn1.running_mean"))
        .isNotEqualTo(before.get("segmenter.bn1.running_mean"));
  }

  private Map<String, float[]> discriminatorsAfter(String overrides) {
    if (run != null) {
      run.close();
    }
    run = new Run(overrides, labels());
    run.step();
    return run.graph.variables(
        name -> name.startsWith("discriminator.") || name.startsWith("auxiliary-discriminator."));
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
    return new Random(3).ints(40 * 72, 0, CLASSES).toArray();
  }
}
