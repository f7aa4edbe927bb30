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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class FocalLossTest {
  private static final int IGNORE = 255;
  private static final float LOG_3 = (float) Math.log(3);

  /** Probabilities of class 0: 3/4 and 1/2. */
  private static final float[] LOGITS = {LOG_3, 0, 0, 0};

  private final ScratchGraph graph = new ScratchGraph();

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void surePixelsWeighTheSquareOfWhatTheyLack() {
    double expected = (Math.log(4 / 3.0) / 16 + Math.log(2) / 4) / 2;

    assertThat(value(focal(List.of(), 2, 0), 0, 0)).isCloseTo((float) expected, offset(1e-6f));
  }

  @Test
  void alphaWeighsByTheLabelsClass() {
    double expected = (0.25 * Math.log(4 / 3.0) / 16 + 0.75 * Math.log(2) / 4) / 2;

    List<Double> alpha = FocalLoss.balanced(2, 0.25, 0);

    assertThat(alpha).containsExactly(0.25, 0.75);
    assertThat(value(focal(alpha, 2, 0), 0, 1)).isCloseTo((float) expected, offset(1e-6f));
  }

  @Test
  void powerZeroIsCrossEntropy() {
    double expected = (Math.log(4) + Math.log(2)) / 2;

    assertThat(value(focal(List.of(), 0, 0), 1, 1)).isCloseTo((float) expected, offset(1e-6f));
  }

  @Test
  void epsilonJoinsTheProbabilityInThePowerAndInTheLogarithm() {
    double q = 0.75 + 0.1;
    double expected = -(1 - q) * (1 - q) * Math.log(q);

    assertThat(value(focal(List.of(), 2, 0.1), 0, IGNORE))
        .isCloseTo((float) expected, offset(1e-6f));
  }

  @Test
  void ignoredPixelsCountNeitherAboveNorBelow() {
    assertThat(value(focal(List.of(), 2, 1e-6), 0, IGNORE))
        .isCloseTo((float) (Math.log(4 / 3.0) / 16), offset(1e-6f));
    assertThat(value(focal(List.of(), 2, 1e-6), IGNORE, IGNORE)).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 1.5, 2, 3})
  void lossAndGradientStayFiniteAtCertainPixels(double gamma) {
    var logits = graph.constant(new float[] {60, 0, -60, 0}, 1, 1, 2, 2);
    Operand<TFloat32> loss = focal(List.of(), gamma, 1e-6).apply(graph.tf(), logits, labels(0, 0));
    var gradient =
        new GradientTape(graph.tf()).gradient(loss, Parameters.of(Map.of("z", logits))).get("z");

    assertThat(graph.fetch(loss)[0]).isFinite().isGreaterThan(0);
    for (float value : graph.fetch(gradient)) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void wrongWeightsAreRefused() {
    assertThatThrownBy(() -> value(focal(List.of(1.0), 2, 0), 0, 0))
        .hasMessageContaining("each of the 2 classes");
    assertThatThrownBy(() -> focal(List.of(1.0, 0.0), 2, 0)).hasMessageContaining("positive");
    assertThatThrownBy(() -> focal(List.of(), -1, 0)).hasMessageContaining("at least 0");
  }

  private static FocalLoss focal(List<Double> alpha, double gamma, double epsilon) {
    return new FocalLoss(IGNORE, 1, Reduction.MEAN, alpha, gamma, epsilon);
  }

  private float value(FocalLoss loss, int first, int second) {
    return graph
        .fetch(loss.apply(graph.tf(), graph.constant(LOGITS, 1, 1, 2, 2), labels(first, second)))[
        0];
  }

  private Operand<TInt32> labels(int first, int second) {
    return graph.constant(new int[] {first, second}, 1, 1, 2);
  }
}
