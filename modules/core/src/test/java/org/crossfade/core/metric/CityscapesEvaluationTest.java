package org.crossfade.core.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CityscapesEvaluationTest {
  private static final double EXACT = 1e-12;

  @Test
  void ignoredIdsAreMissesAsPredictionsAndNothingAsGroundTruth() {
    CityscapesEvaluation evaluation = new CityscapesEvaluation();
    // Road 7: three right, one taken for sidewalk 8, one for parking 9 (ignored in evaluation).
    // Ground truth parking predicted as road is no false positive of road.
    evaluation.add(new int[] {7, 7, 7, 7, 7, 9, 8}, new int[] {7, 7, 7, 8, 9, 7, 8});
    assertThat(evaluation.classIou()[7]).isEqualTo(3 / 5.0, within(EXACT));
    assertThat(evaluation.classIou()[8]).isEqualTo(1 / 2.0, within(EXACT));
    assertThat(evaluation.classIou()[9]).isNaN();
    assertThat(evaluation.classIou()[26]).isNaN();
    assertThat(evaluation.meanClassIou()).isEqualTo(0.55, within(EXACT));
  }

  @Test
  void confusionsInsideACategoryAreCorrect() {
    CityscapesEvaluation evaluation = new CityscapesEvaluation();
    evaluation.add(new int[] {26, 27, 28, 7, 24}, new int[] {27, 26, 24, 26, 24});
    double[] iou = evaluation.categoryIou();
    // Vehicle: 26 and 27 swapped are right, 28 is missed, a road pixel is taken for one.
    assertThat(iou[CityscapesEvaluation.CATEGORIES.indexOf("vehicle")])
        .isEqualTo(2 / 4.0, within(EXACT));
    assertThat(iou[CityscapesEvaluation.CATEGORIES.indexOf("human")])
        .isEqualTo(1 / 2.0, within(EXACT));
    assertThat(iou[CityscapesEvaluation.CATEGORIES.indexOf("flat")]).isZero();
    assertThat(iou[CityscapesEvaluation.CATEGORIES.indexOf("void")]).isNaN();
    assertThat(evaluation.meanCategoryIou()).isEqualTo(1 / 3.0, within(EXACT));
  }

  @Test
  void idsBeyondThirtyThreeAreRefused() {
    CityscapesEvaluation evaluation = new CityscapesEvaluation();
    assertThatThrownBy(() -> evaluation.add(new int[] {34}, new int[] {7}))
        .hasMessageContaining("34");
  }
}
