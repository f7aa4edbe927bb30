package org.crossfade.fada.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.method.Domain;
import org.crossfade.fada.loss.DomainEncoding.Kind;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.recipes.loss.Reduction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class FadaLossesTest {
  /** Two pixels of three classes with probabilities 1/8, 3/4, 1/8 and 1/2, 1/4, 1/4. */
  private static final float[] LOGITS = {
    0, (float) Math.log(6), 0, (float) Math.log(2), 0, 0,
  };

  private final MethodGraph graph = new MethodGraph();
  private final Ops tf = graph.tf();

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void softLabelsAreClippedAndNotRenormalised() {
    assertThat(labels(new DomainEncoding(Kind.SOFT, 0.5, 0)))
        .containsExactly(new float[] {0.125f, 0.5f, 0.125f, 0.5f, 0.25f, 0.25f}, within(1e-6f));
  }

  @Test
  void clipOfOneIsOff() {
    assertThat(labels(new DomainEncoding(Kind.SOFT, 1, 0)))
        .containsExactly(new float[] {0.125f, 0.75f, 0.125f, 0.5f, 0.25f, 0.25f}, within(1e-6f));
  }

  @Test
  void hardLabelsLeaveOutPixelsBelowTheConfidence() {
    assertThat(labels(new DomainEncoding(Kind.HARD, 1, 0.6))).containsExactly(0, 1, 0, 0, 0, 0);
  }

  @Test
  void hardLabelsWithoutAThresholdAreTheArgMax() {
    assertThat(labels(new DomainEncoding(Kind.HARD, 1, 0))).containsExactly(0, 1, 0, 1, 0, 0);
  }

  @Test
  void binaryLabelsHaveOneChannelOfOnes() {
    var encoding = new DomainEncoding(Kind.BINARY, 1, 0);

    assertThat(labels(encoding)).containsExactly(1, 1);
    assertThat(encoding.channels(19)).isEqualTo(1);
    assertThat(new DomainEncoding(Kind.SOFT, 1, 0).channels(19)).isEqualTo(19);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void noGradientFlowsThroughLabels(Kind kind) {
    Operand<TFloat32> logits = graph.input(LOGITS, 1, 1, 2, 3);
    Operand<TFloat32> labels = new DomainEncoding(kind, 0.9, 0.5).labels(tf, logits);
    Operand<TFloat32> sum = tf.reduceSum(labels, tf.constant(new int[] {0, 1, 2, 3}));

    var gradient =
        new GradientTape(tf).gradientOrZero(sum, Parameters.of(Map.of("logits", logits)));

    assertThat(graph.value(gradient.get("logits"))).containsOnly(0);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.5, clip", "1.1, 0.5, clip", "0.9, -0.1, confidence", "0.9, 1.1, confidence"})
  void encodingsOutOfRangeAreRefused(double clip, double confidence, String named) {
    assertThatThrownBy(() -> new DomainEncoding(Kind.SOFT, clip, confidence))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(named);
  }

  /**
   * One pixel, four channels 0, ln 2, ln 4, 0: probabilities 1/8, 2/8, 4/8, 1/8 over both halves.
   */
  @Test
  void softmaxIsJointOverDomainsAndClasses() {
    Operand<TFloat32> logits =
        graph.input(new float[] {0, (float) Math.log(2), (float) Math.log(4), 0}, 1, 1, 1, 4);
    Operand<TFloat32> labels = graph.input(new float[] {0.25f, 0.5f}, 1, 1, 1, 2);
    var loss = new FineGrainedDomainLoss(Reduction.MEAN);

    double source = 0.25 * Math.log(8) + 0.5 * Math.log(4);
    double target = 0.25 * Math.log(2) + 0.5 * Math.log(8);
    assertThat(graph.value(loss.apply(tf, logits, labels, Domain.SOURCE)))
        .containsExactly(new float[] {(float) source}, within(1e-6f));
    assertThat(graph.value(loss.apply(tf, logits, labels, Domain.TARGET)))
        .containsExactly(new float[] {(float) target}, within(1e-6f));
  }

  /** Uniform logits: each pixel loses Σa·ln 2K', also those whose label is the zero vector. */
  @Test
  void meanDividesByAllPixelsAndSumByNone() {
    Operand<TFloat32> logits = graph.input(new float[8], 2, 1, 1, 4);
    Operand<TFloat32> labels = graph.input(new float[] {1, 0, 0, 0, 0.5f, 0.25f, 0, 0}, 2, 1, 2, 2);
    float ln4 = (float) Math.log(4);

    assertThat(graph.value(loss(Reduction.MEAN, logits, labels)))
        .containsExactly(new float[] {0.4375f * ln4}, within(1e-6f));
    assertThat(graph.value(loss(Reduction.SUM, logits, labels)))
        .containsExactly(new float[] {1.75f * ln4}, within(1e-6f));
    assertThat(
            graph.value(
                new FineGrainedDomainLoss(Reduction.MEAN)
                    .perImage(tf, logits, labels, Domain.SOURCE)))
        .containsExactly(new float[] {0.5f * ln4, 0.375f * ln4}, within(1e-6f));
  }

  @Test
  void withoutAConfidentPixelTheLossAndItsGradientAreZero() {
    Operand<TFloat32> logits = graph.input(new float[] {1, 2, 3, 4, 5, 6}, 1, 1, 1, 6);
    Operand<TFloat32> labels =
        new DomainEncoding(Kind.HARD, 1, 0.99).labels(tf, graph.input(LOGITS, 1, 1, 2, 3));
    Operand<TFloat32> loss = loss(Reduction.MEAN, logits, labels);

    assertThat(graph.value(loss)[0]).isZero();
    var gradient = new GradientTape(tf).gradient(loss, Parameters.of(Map.of("d", logits)));
    for (float element : graph.value(gradient.get("d"))) {
      assertThat(element).isZero();
    }
  }

  /** With Σa &lt; 1 the gradient is Σa·softmax − a: a fused cross entropy would drop the factor. */
  @Test
  void gradientOfClippedLabelsIsThatOfTheFormula() {
    Operand<TFloat32> logits =
        graph.input(new float[] {0, (float) Math.log(2), (float) Math.log(4), 0}, 1, 1, 1, 4);
    Operand<TFloat32> labels = graph.input(new float[] {0.25f, 0.5f}, 1, 1, 1, 2);

    var gradient =
        new GradientTape(tf)
            .gradient(loss(Reduction.MEAN, logits, labels), Parameters.of(Map.of("d", logits)));

    assertThat(graph.value(gradient.get("d")))
        .containsExactly(
            new float[] {
              0.75f * 0.125f - 0.25f, 0.75f * 0.25f - 0.5f, 0.75f * 0.5f, 0.75f * 0.125f
            },
            within(1e-6f));
  }

  @Test
  void discriminatorOfAnotherWidthIsRefused() {
    Operand<TFloat32> logits = graph.input(new float[4], 1, 1, 1, 4);
    Operand<TFloat32> labels = graph.input(new float[3], 1, 1, 1, 3);

    assertThatThrownBy(() -> loss(Reduction.MEAN, logits, labels))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("labels of 3 channels need a discriminator of twice as many");
  }

  private float[] labels(DomainEncoding encoding) {
    return graph.value(encoding.labels(tf, graph.input(LOGITS, 1, 1, 2, 3)));
  }

  private Operand<TFloat32> loss(
      Reduction reduction, Operand<TFloat32> logits, Operand<TFloat32> labels) {
    return new FineGrainedDomainLoss(reduction).apply(tf, logits, labels, Domain.SOURCE);
  }
}
