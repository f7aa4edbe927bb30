package org.crossfade.pixda.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.pixda.DomainScore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class PixDaLossesTest {
  private static final float LN_3 = (float) Math.log(3);

  private final MethodGraph graph = new MethodGraph();
  private final Ops tf = graph.tf();

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void rareClassesOfAnImageHaveALargeBAndOtherImagesDoNotMatter() {
    var labels = graph.input(new int[] {0, 0, 0, 255, 0, 1, 1, 1}, 2, 2, 2);

    assertThat(graph.value(ImbalanceMap.of(tf, labels)))
        .containsExactly(0.25f, 0.25f, 0.25f, 0.75f, 0.75f, 0.25f, 0.25f, 0.25f);
  }

  @Test
  void anImageOfOneClassHasNoImbalance() {
    var labels = graph.input(new int[] {7, 7, 7, 7}, 1, 2, 2);

    assertThat(graph.value(ImbalanceMap.of(tf, labels))).containsOnly(0f);
  }

  /** Two pixels: A = ln 4 and ln 4/3, S = ln 4/3 and 0 (no label), B = 1/2 and 1/2. */
  @Test
  void mapsAreMultipliedBeforeTheMeanOverAllPixels() {
    double expected = Math.log(4) * Math.log(4 / 3.0) * 0.5 / 2;

    assertThat(value(new PixelAdversarialLoss(true, true, false)))
        .isCloseTo((float) expected, within(1e-6f));
  }

  @Test
  void factorsThatAreLeftOutAreOneAtIgnoredPixelsToo() {
    double both = (Math.log(4) + Math.log(4 / 3.0)) / 2;

    assertThat(value(new PixelAdversarialLoss(false, false, false)))
        .isCloseTo((float) both, within(1e-6f));
    assertThat(value(new PixelAdversarialLoss(false, true, false)))
        .isCloseTo((float) (both / 2), within(1e-6f));
    assertThat(value(new PixelAdversarialLoss(true, false, false)))
        .isCloseTo((float) (Math.log(4) * Math.log(4 / 3.0) / 2), within(1e-6f));
  }

  @Test
  void aDetachedSChangesTheGradientAndNotTheValue() {
    Operand<TFloat32> logits = logits();
    var detached = new PixelAdversarialLoss(true, true, true);
    Operand<TFloat32> loss = detached.apply(tf, output(), logits, labels());

    assertThat(graph.value(loss)[0]).isEqualTo(value(new PixelAdversarialLoss(true, true, false)));
    var gradient =
        new GradientTape(tf).gradientOrZero(loss, Parameters.of(Map.of("z", logits))).get("z");
    assertThat(graph.value(gradient)).containsOnly(0f);
  }

  /** Teacher (ln 3, 0) at T = 1: 3/4, 1/4; student (0, ln 3): 1/4, 3/4. */
  @Test
  void distillationIsTheTeachersCrossEntropy() {
    double expected = 0.75 * Math.log(4) + 0.25 * Math.log(4 / 3.0);

    assertThat(distilled(new KnowledgeDistillation(1, false)))
        .isCloseTo((float) expected, within(1e-6f));
    assertThat(distilled(new KnowledgeDistillation(1, true)))
        .isCloseTo((float) (expected / 2), within(1e-6f));
  }

  /** T = 1/2 squares the teacher's odds: 9 to 1. */
  @Test
  void aTemperatureBelowOneSharpensTheTeacher() {
    double expected = 0.9 * Math.log(4) + 0.1 * Math.log(4 / 3.0);

    assertThat(distilled(new KnowledgeDistillation(0.5, false)))
        .isCloseTo((float) expected, within(1e-6f));
    assertThatThrownBy(() -> new KnowledgeDistillation(0, false)).hasMessageContaining("positive");
  }

  @Test
  void scoresAreMeansOverEachImagesMap() {
    var map = graph.input(new float[] {LN_3, -LN_3, 0, 0}, 2, 1, 2, 1);

    float[] entropy = graph.value(DomainScore.SOURCE_CROSS_ENTROPY.of(tf, map));
    assertThat(entropy[0])
        .isCloseTo((float) ((Math.log(4) + Math.log(4 / 3.0)) / 2), within(1e-6f));
    assertThat(entropy[1]).isCloseTo((float) Math.log(2), within(1e-6f));
    assertThat(graph.value(DomainScore.SOURCE_PROBABILITY.of(tf, map)))
        .containsExactly(new float[] {0.5f, 0.5f}, within(1e-6f));
  }

  private float distilled(KnowledgeDistillation loss) {
    return graph
        .value(
            loss.apply(
                tf,
                graph.input(new float[] {0, LN_3}, 1, 1, 1, 2),
                graph.input(new float[] {LN_3, 0}, 1, 1, 1, 2)))[0];
  }

  private float value(PixelAdversarialLoss loss) {
    return graph.value(loss.apply(tf, output(), logits(), labels()))[0];
  }

  private Operand<TFloat32> output() {
    return graph.input(new float[] {LN_3, -LN_3}, 1, 1, 2, 1);
  }

  private Operand<TFloat32> logits() {
    return graph.input(new float[] {LN_3, 0, 0, 5}, 1, 1, 2, 2);
  }

  private Operand<TInt32> labels() {
    return graph.input(new int[] {0, 255}, 1, 1, 2);
  }
}
