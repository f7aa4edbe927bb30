package org.crossfade.recipes.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.ScratchGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class LossesTest {
  private static final int IGNORE = 255;

  /** Two images of 1x2 pixels and two classes; odds against class 1 of 3, 1/3 and 1, 7. */
  private static final float[] LOGITS = {
    log(3), 0, -log(3), 0, 0, 0, log(7), 0,
  };

  private final ScratchGraph graph = new ScratchGraph();
  private final Ops tf = graph.tf();

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void crossEntropyIsTheMeanOverLabelledPixels() {
    // −log of 3/4, 3/4, 1/2 and 1/8.
    double expected = (2 * Math.log(4 / 3.0) + Math.log(2) + Math.log(8)) / 4;

    assertThat(crossEntropy(1, 0, 1, 0, 1)).isCloseTo((float) expected, offset(1e-6f));
  }

  @Test
  void pixelsWithoutALabelHaveNoLossOfTheirOwn() {
    var labels = graph.constant(new int[] {0, IGNORE, 0, 1}, 2, 1, 2);
    var logits = graph.constant(LOGITS, 2, 1, 2, 2);

    assertThat(graph.fetch(new PixelCrossEntropy(IGNORE).apply(tf, logits, labels)))
        .containsExactly(new float[] {log(4) - log(3), 0, log(2), log(8)}, offset(1e-6f));
  }

  @Test
  void entropyIsTheShareOfTheLargestPossible() {
    // Probabilities 3/4, 1/4 twice, a half each, 7/8 and 1/8.
    double expected =
        (2 * (0.75 * Math.log(4 / 3.0) + 0.25 * Math.log(4))
                + Math.log(2)
                + 0.875 * Math.log(8 / 7.0)
                + 0.125 * Math.log(8))
            / (4 * Math.log(2));

    assertThat(graph.fetch(new EntropyLoss().apply(tf, graph.constant(LOGITS, 2, 1, 2, 2)))[0])
        .isCloseTo((float) expected, offset(1e-6f));
  }

  @Test
  void certainPredictionsHaveNoEntropyAndAFiniteGradient() {
    var logits = graph.constant(new float[] {500, -500, -500, 500}, 1, 1, 2, 2);
    for (var loss :
        List.of(
            new EntropyLoss().apply(tf, logits),
            RobustEntropyLoss.published(2).apply(tf, logits))) {
      var at = Parameters.of(Map.of("z", logits));

      assertThat(graph.fetch(loss)[0]).isCloseTo(0, offset(1e-12f));
      assertThat(graph.fetch(new GradientTape(tf).gradient(loss, at).get("z")))
          .containsExactly(new float[4], offset(1e-12f));
    }
  }

  @Test
  void robustEntropyRaisesTheSquareToItsPower() {
    // One pixel of two equal classes: h = ln 2.
    double x = Math.log(2) / 2.9444;
    var logits = graph.constant(new float[] {1, 1}, 1, 1, 1, 2);

    assertThat(graph.fetch(RobustEntropyLoss.published(1.5).apply(tf, logits))[0])
        .isCloseTo((float) Math.pow(x * x + 1e-8, 1.5), offset(1e-7f));
  }

  @Test
  void entropiesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new EntropyLoss(0)).hasMessageContaining("epsilon");
    assertThatThrownBy(() -> new RobustEntropyLoss(0, 1e-8, 2)).hasMessageContaining("normaliser");
  }

  @Test
  void ignoredPixelsCountNeitherAboveNorBelow() {
    double expected = (Math.log(4 / 3.0) + Math.log(8)) / 2;

    assertThat(crossEntropy(1, 0, IGNORE, IGNORE, 1)).isCloseTo((float) expected, offset(1e-6f));
  }

  @Test
  void groupsAreAveragedEachOverItsOwnPixels() {
    // One pixel in the first image, two in the second: each image weighs a half.
    double expected = (Math.log(4 / 3.0) + (Math.log(2) + Math.log(8)) / 2) / 2;

    assertThat(crossEntropy(2, 0, IGNORE, 0, 1)).isCloseTo((float) expected, offset(1e-6f));
  }

  @Test
  void groupWithoutLabelsAddsNothing() {
    double expected = (Math.log(2) + Math.log(8)) / 2 / 2;

    assertThat(crossEntropy(2, IGNORE, IGNORE, 0, 1)).isCloseTo((float) expected, offset(1e-6f));
    assertThat(crossEntropy(1, IGNORE, IGNORE, IGNORE, IGNORE)).isZero();
  }

  @Test
  void gradientIsZeroAtIgnoredPixelsAndProbabilityMinusOneElsewhere() {
    var logits = graph.constant(LOGITS, 2, 1, 2, 2);
    var loss =
        new SegmentationCrossEntropy(IGNORE, 1).apply(tf, logits, labels(0, IGNORE, IGNORE, 1));

    float[] gradient =
        graph.fetch(
            new GradientTape(tf).gradient(loss, Parameters.of(Map.of("z", logits))).get("z"));

    // Two labelled pixels: half of softmax − onehot each.
    float[] expected = {-0.125f, 0.125f, 0, 0, 0, 0, 0.4375f, -0.4375f};
    for (int i = 0; i < expected.length; i++) {
      assertThat(gradient[i]).isCloseTo(expected[i], offset(1e-6f));
    }
  }

  @Test
  void logitsAreUpsampledToTheLabels() {
    // Aligned corners turn (0, 2) on two cells into (0, 1, 2) on three.
    var logits = graph.constant(new float[] {0, 0, 2, 0}, 1, 1, 2, 2);
    var labels = graph.constant(new int[] {IGNORE, 0, IGNORE}, 1, 1, 3);

    float loss = graph.fetch(new SegmentationCrossEntropy(IGNORE, 1).apply(tf, logits, labels))[0];

    assertThat(loss).isCloseTo((float) Math.log(1 + Math.exp(-1)), offset(1e-6f));
  }

  @Test
  void imagesThatDoNotFillTheGroupsAreRefused() {
    var loss = new SegmentationCrossEntropy(IGNORE, 3);
    var logits = graph.constant(LOGITS, 2, 1, 2, 2);

    assertThatThrownBy(() -> loss.apply(tf, logits, labels(0, 0, 0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 images")
        .hasMessageContaining("3 equal groups");
    assertThatThrownBy(() -> new SegmentationCrossEntropy(IGNORE, 0))
        .hasMessageContaining("positive");
  }

  @Test
  void vanillaDomainLossIsBinaryCrossEntropyOfLogits() {
    var output = graph.constant(new float[] {0, log(3), -log(3)}, 1, 1, 3, 1);

    double source = (Math.log(2) + Math.log(4) + Math.log(4 / 3.0)) / 3;
    double target = (Math.log(2) + Math.log(4 / 3.0) + Math.log(4)) / 3;

    assertThat(graph.fetch(DomainLoss.VANILLA.apply(tf, output, DomainLoss.SOURCE))[0])
        .isCloseTo((float) source, offset(1e-6f));
    assertThat(graph.fetch(DomainLoss.VANILLA.apply(tf, output, DomainLoss.TARGET))[0])
        .isCloseTo((float) target, offset(1e-6f));
  }

  @Test
  void vanillaDomainLossIsFiniteFarFromZero() {
    var output = graph.constant(new float[] {200, -200}, 1, 1, 2, 1);

    assertThat(graph.fetch(DomainLoss.VANILLA.apply(tf, output, DomainLoss.TARGET))[0])
        .isEqualTo(100f);
  }

  @Test
  void leastSquaresDomainLossIsTheMeanSquaredDistanceToTheLabel() {
    var output = graph.constant(new float[] {0.5f, -1, 3, 1}, 2, 1, 2, 1);

    assertThat(graph.fetch(DomainLoss.LEAST_SQUARES.apply(tf, output, DomainLoss.SOURCE))[0])
        .isEqualTo((0.25f + 1 + 9 + 1) / 4);
    assertThat(graph.fetch(DomainLoss.LEAST_SQUARES.apply(tf, output, DomainLoss.TARGET))[0])
        .isEqualTo((0.25f + 4 + 4 + 0) / 4);
  }

  private float crossEntropy(int groups, int... labels) {
    Operand<TFloat32> loss =
        new SegmentationCrossEntropy(IGNORE, groups)
            .apply(tf, graph.constant(LOGITS, 2, 1, 2, 2), labels(labels));
    assertThat(loss.shape().numDimensions()).isZero();
    return graph.fetch(loss)[0];
  }

  private Operand<TInt32> labels(int... labels) {
    return graph.constant(labels, 2, 1, 2);
  }

  private static float log(double x) {
    return (float) Math.log(x);
  }
}
