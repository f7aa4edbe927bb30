package org.crossfade.core.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Stream;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Scores against the official evaluation codes. */
class CoreMetricParityTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(CoreMetricParityTest.class)
        .claim("metric.iou", CoreMetricParityTest::iou)
        .claim("metric.ccd", CoreMetricParityTest::classCenterDistance)
        .claim(
            "metric.calinski_harabasz",
            (parityCase, expected) ->
                expected.check("score", ClusterIndices.calinskiHarabasz(spread(parityCase))))
        .claim(
            "metric.davies_bouldin",
            (parityCase, expected) ->
                expected.check("score", ClusterIndices.daviesBouldin(spread(parityCase))))
        .claim("metric.cityscapes_eval", CoreMetricParityTest::cityscapes)
        .tests();
  }

  private static void iou(ParityCase parityCase, Expected expected) {
    int classes = parityCase.param("num_classes").asInt();
    ConfusionMatrix matrix = new ConfusionMatrix(classes, parityCase.param("ignore").asInt());
    matrix.add(parityCase.ints("label"), parityCase.ints("prediction"));
    var skipping = new SegmentationScores(matrix, ScoreProtocol.SKIP_ABSENT);
    var counting = new SegmentationScores(matrix, ScoreProtocol.ABSENT_AS_ZERO);
    var pixda = new SegmentationScores(matrix, ScoreProtocol.SKIP_UNLABELLED_ROUNDED);

    expected.check("confusion", matrix.toArray());
    expected.check("iou", skipping.iou());
    expected.check("miou", skipping.meanIou());
    expected.check("iou_eps", counting.iou());
    expected.check("miou_eps", counting.meanIou());
    expected.check("mean_accuracy_eps", counting.meanClassAccuracy());
    expected.check("all_accuracy_eps", counting.pixelAccuracy());
    checkGroup(expected, "miou16", skipping, "mIoU16", classes);
    checkGroup(expected, "miou16_eps", counting, "mIoU16", classes);
    checkGroup(expected, "miou13", skipping, "mIoU13", classes);
    checkGroup(expected, "miou13_eps", counting, "mIoU13", classes);
    checkGroup(expected, "mean_tail_eps", counting, "tail", classes);
    checkGroup(expected, "mean_well_gta5", skipping, "well-represented (GTA5)", classes);
    checkGroup(expected, "mean_under_gta5", skipping, "under-represented (GTA5)", classes);
    checkGroup(expected, "mean_well_synthia", skipping, "well-represented (SYNTHIA)", classes);
    checkGroup(expected, "mean_under_synthia", skipping, "under-represented (SYNTHIA)", classes);
    if (expected.has("iou_pixda_percent")) {
      expected.check("iou_pixda_percent", percent(pixda.iou()));
      expected.check("miou_pixda_percent", percent(pixda.meanIou()));
      expected.check("miou13_pixda_percent", percent(pixda.meanIou(ids("mIoU13", classes))));
    }
    if (expected.has("overall_accuracy")) {
      expected.check("overall_accuracy", pixda.pixelAccuracy());
    }
  }

  private static void checkGroup(
      Expected expected, String field, SegmentationScores scores, String group, int classes) {
    if (expected.has(field)) {
      expected.check(field, scores.meanIou(ids(group, classes)));
    }
  }

  private static Collection<Integer> ids(String group, int classes) {
    return LabelSpace.of(classes).group(group).orElseThrow().ids();
  }

  private static double[] percent(double... fractions) {
    return Arrays.stream(fractions).map(fraction -> fraction * 100).toArray();
  }

  private static void classCenterDistance(ParityCase parityCase, Expected expected) {
    int classes = parityCase.param("num_classes").asInt();
    ClassSpread spread;
    if (parityCase.param("centers").asText().equals("given_centers")) {
      spread =
          new ClassSpread(
              parityCase.doubles("center"), classes, parityCase.param("ignore").asInt());
    } else {
      ClassCenters centers = centers(parityCase, classes);
      expected.check("center", centers.means());
      spread = new ClassSpread(centers);
    }
    spread.add(parityCase.floats("feature"), parityCase.ints("label"));
    ClassCenterDistance ccd = new ClassCenterDistance(spread);
    expected.check("ccd", ccd.perClass());
    expected.check("mean_ccd", ccd.mean());
  }

  private static ClassSpread spread(ParityCase parityCase) {
    int ignored = parityCase.param("ignore").asInt();
    int classes =
        1 + Arrays.stream(parityCase.ints("label")).filter(c -> c != ignored).max().orElse(0);
    ClassSpread spread = new ClassSpread(centers(parityCase, classes));
    spread.add(parityCase.floats("feature"), parityCase.ints("label"));
    return spread;
  }

  private static ClassCenters centers(ParityCase parityCase, int classes) {
    ClassCenters centers =
        new ClassCenters(
            classes, (int) parityCase.shape("feature")[3], parityCase.param("ignore").asInt());
    centers.add(parityCase.floats("feature"), parityCase.ints("label"));
    return centers;
  }

  private static void cityscapes(ParityCase parityCase, Expected expected) {
    CityscapesEvaluation evaluation = new CityscapesEvaluation();
    evaluation.add(parityCase.ints("label_ids"), parityCase.ints("prediction_ids"));
    assertThat(parityCase.param("category_order"))
        .extracting(category -> category.asText())
        .containsExactlyElementsOf(CityscapesEvaluation.CATEGORIES);
    expected.check("confusion", evaluation.confusion());
    expected.check("class_iou", evaluation.classIou());
    expected.check("category_iou", evaluation.categoryIou());
    expected.check("mean_class_iou", evaluation.meanClassIou());
    expected.check("mean_category_iou", evaluation.meanCategoryIou());
  }
}
