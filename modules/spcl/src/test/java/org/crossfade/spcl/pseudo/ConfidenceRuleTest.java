package org.crossfade.spcl.pseudo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.crossfade.core.nn.HardLabels;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.spcl.pseudo.ConfidenceRule.Comparison;
import org.crossfade.spcl.pseudo.ConfidenceRule.Rank;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class ConfidenceRuleTest {
  /** 2⁻²⁰, the width of a bin. */
  private static final float BIN = 0x1p-20f;

  private static ConfidenceHistogram histogram(byte[] labels, float[] confidences) {
    var histogram = new ConfidenceHistogram(3);
    histogram.add(labels, confidences);
    return histogram;
  }

  /** Class 0: .5 .6 .7; class 1: .25 .75; class 2 is never predicted. */
  @ParameterizedTest
  @CsvSource({"NEAREST, 0.7, 0.75", "INTERPOLATED, 0.6, 0.5"})
  void medianOfEachClass(Rank rank, float first, float second) {
    var rule = new ConfidenceRule(0.5, rank, 0.9, Comparison.AT_LEAST);

    float[] thresholds =
        rule.thresholds(
            histogram(new byte[] {0, 1, 0, 0, 1}, new float[] {0.7f, 0.75f, 0.5f, 0.6f, 0.25f}));

    assertThat(thresholds).containsExactly(new float[] {first, second, 0}, within(BIN));
  }

  @Test
  void capBoundsAThreshold() {
    var rule = new ConfidenceRule(0.5, Rank.NEAREST, 0.9, Comparison.AT_LEAST);

    assertThat(rule.thresholds(histogram(new byte[] {0, 0, 0}, new float[] {0.95f, 0.99f, 1.0f})))
        .containsExactly(0.9f, 0, 0);
  }

  @Test
  void quantileOneIsTheGreatest() {
    var rule = new ConfidenceRule(1, Rank.NEAREST, 1, Comparison.AT_LEAST);

    assertThat(rule.thresholds(histogram(new byte[] {0, 0}, new float[] {0.25f, 0.5f})))
        .containsExactly(0.5f, 0, 0);
  }

  /** Bounded memory costs less than one bin. */
  @Test
  void histogramKnowsEveryRankToABin() {
    var random = new Random(5);
    float[] confidences = new float[2000];
    for (int i = 0; i < confidences.length; i++) {
      confidences[i] = random.nextFloat();
    }
    var histogram = histogram(new byte[confidences.length], confidences);
    Arrays.sort(confidences);

    assertThat(histogram.count(0)).isEqualTo(2000);
    for (int rank = 0; rank < confidences.length; rank++) {
      float value = histogram.element(0, rank);
      assertThat(value).isBetween(confidences[rank] - BIN, confidences[rank]);
    }
  }

  @ParameterizedTest
  @EnumSource(Rank.class)
  void thresholdsOfABatchAreThoseOfAPassOverIt(Rank rank) {
    var random = new Random(7);
    int[] labels = random.ints(300, 0, 2).toArray();
    byte[] bytes = new byte[labels.length];
    float[] confidences = new float[labels.length];
    for (int i = 0; i < labels.length; i++) {
      bytes[i] = (byte) labels[i];
      confidences[i] = 0.3f + 0.7f * random.nextFloat();
    }
    var rule = new ConfidenceRule(0.5, rank, 0.9, Comparison.AT_LEAST);
    try (var graph = new MethodGraph()) {
      var predicted =
          new HardLabels(graph.input(labels, 1, 20, 15), graph.input(confidences, 1, 20, 15));

      float[] ofBatch = graph.value(rule.thresholds(graph.tf(), predicted, 3));

      assertThat(ofBatch)
          .containsExactly(rule.thresholds(histogram(bytes, confidences)), within(BIN));
      assertThat(ofBatch[2]).isZero();
      if (rank == Rank.NEAREST) {
        assertThat(confidences).contains(ofBatch[0]);
      }
    }
  }

  @Test
  void aPredictionAtTheThresholdIsBelievedUnlessItMustLieAbove() {
    try (var graph = new MethodGraph()) {
      var predicted =
          new HardLabels(
              graph.input(new int[] {0, 0, 1, 1}, 1, 1, 4),
              graph.input(new float[] {0.5f, 0.4f, 0.7f, 0.8f}, 1, 1, 4));
      var thresholds = graph.input(new float[] {0.5f, 0.7f}, 2);

      assertThat(graph.integers(labels(Comparison.AT_LEAST, graph, predicted, thresholds)))
          .containsExactly(0, 255, 1, 1);
      assertThat(graph.integers(labels(Comparison.ABOVE, graph, predicted, thresholds)))
          .containsExactly(255, 255, 255, 1);
    }
  }

  private static Operand<TInt32> labels(
      Comparison comparison,
      MethodGraph graph,
      HardLabels predicted,
      Operand<TFloat32> thresholds) {
    return new ConfidenceRule(0.5, Rank.NEAREST, 0.9, comparison)
        .labels(graph.tf(), predicted, thresholds);
  }

  @Test
  void whatIsNoPredictionIsRefused() {
    var histogram = new ConfidenceHistogram(3);

    assertThatThrownBy(() -> histogram.add(new byte[] {3}, new float[] {0.5f}))
        .hasMessageContaining("class 0 to 2")
        .hasMessageContaining("found 3");
    assertThatThrownBy(() -> histogram.add(new byte[] {0}, new float[] {Float.NaN}))
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> histogram.element(0, 0)).hasMessageContaining("among 0");
  }
}
