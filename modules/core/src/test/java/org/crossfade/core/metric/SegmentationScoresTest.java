package org.crossfade.core.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentationScoresTest {
  private static final double EXACT = 1e-15;

  /** Class 2 is predicted without ground truth, class 3 occurs nowhere. */
  private static ConfusionMatrix matrix() {
    ConfusionMatrix matrix = new ConfusionMatrix(4, 255);
    matrix.add(new int[] {0, 0, 0, 1, 1, 255, 1}, new int[] {0, 0, 1, 1, 2, 3, 1});
    return matrix;
  }

  @Test
  void rowsAreGroundTruthAndIgnoredPixelsAreLeftOut() {
    ConfusionMatrix matrix = matrix();
    assertThat(matrix.toArray()).containsExactly(2, 1, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(matrix.total()).isEqualTo(6);
    assertThat(matrix.labelled(1)).isEqualTo(3);
    assertThat(matrix.predicted(1)).isEqualTo(3);
    assertThat(matrix.union(1)).isEqualTo(4);
  }

  @Test
  void bytesAreUnsignedAndMatricesAddUp() {
    ConfusionMatrix bytes = new ConfusionMatrix(4, 255);
    bytes.add(new byte[] {0, 0, 0, 1}, new byte[] {0, 0, 1, 1});
    ConfusionMatrix rest = new ConfusionMatrix(4, 255);
    rest.add(new byte[] {1, (byte) 255, 1}, new byte[] {2, (byte) 255, 1});
    bytes.add(rest);
    assertThat(bytes.toArray()).isEqualTo(matrix().toArray());
  }

  @Test
  void whatIsNoClassIsRefused() {
    ConfusionMatrix matrix = new ConfusionMatrix(4, 255);
    assertThatThrownBy(() -> matrix.add(new int[] {0, 4}, new int[] {0, 0}))
        .hasMessageContaining("pixel 1 has label 4");
    assertThatThrownBy(() -> matrix.add(new int[] {0}, new int[] {255}))
        .hasMessageContaining("prediction 255");
    assertThatThrownBy(() -> matrix.add(new int[2], new int[1])).hasMessageContaining("2 labels");
    assertThatThrownBy(() -> new ConfusionMatrix(19, 3)).hasMessageContaining("ignored label 3");
    assertThatThrownBy(() -> matrix.add(new ConfusionMatrix(5, 255)))
        .hasMessageContaining("of 4 and of 5 classes");
  }

  @Test
  void absentClassesAreSkipped() {
    var scores = new SegmentationScores(matrix(), ScoreProtocol.SKIP_ABSENT);
    assertThat(scores.iou())
        .containsExactly(new double[] {2 / 3.0, 0.5, 0, Double.NaN}, within(EXACT));
    assertThat(scores.meanIou()).isEqualTo((2 / 3.0 + 0.5) / 3, within(EXACT));
    assertThat(scores.meanIou(List.of(1, 3))).isEqualTo(0.5);
    assertThat(scores.meanIou(List.of(3))).isNaN();
    assertThat(scores.pixelAccuracy()).isEqualTo(4 / 6.0, within(EXACT));
    assertThat(scores.meanClassAccuracy()).isEqualTo(2 / 3.0, within(EXACT));
  }

  @Test
  void absentClassesCountAsZero() {
    var scores = new SegmentationScores(matrix(), ScoreProtocol.ABSENT_AS_ZERO);
    assertThat(scores.iou()).containsExactly(new double[] {2 / 3.0, 0.5, 0, 0}, within(1e-9));
    assertThat(scores.meanIou()).isEqualTo((2 / 3.0 + 0.5) / 4, within(1e-9));
    assertThat(scores.meanIou(List.of(1, 3))).isEqualTo(0.25, within(1e-9));
    assertThat(scores.meanClassAccuracy()).isEqualTo(4 / 3.0 / 4, within(1e-9));
  }

  @Test
  void unlabelledClassesAreSkippedAndScoresRounded() {
    var scores = new SegmentationScores(matrix(), ScoreProtocol.SKIP_UNLABELLED_ROUNDED);
    assertThat(scores.iou())
        .containsExactly(new double[] {0.6667, 0.5, Double.NaN, Double.NaN}, within(EXACT));
    assertThat(scores.meanIou()).isEqualTo(0.5833, within(EXACT));
    assertThat(scores.meanIou(List.of(0, 1))).isEqualTo(0.5834, within(EXACT));
    assertThat(scores.meanIou(List.of(0, 2))).isNaN();
  }

  @Test
  void nothingCountedIsUndefinedNotAnError() {
    var empty = new ConfusionMatrix(2, 255);
    assertThat(new SegmentationScores(empty, ScoreProtocol.SKIP_ABSENT).meanIou()).isNaN();
    assertThat(new SegmentationScores(empty, ScoreProtocol.ABSENT_AS_ZERO).meanIou()).isZero();
    assertThat(new SegmentationScores(empty, ScoreProtocol.SKIP_UNLABELLED_ROUNDED).meanIou())
        .isNaN();
  }

  @Test
  void meanOverWhatIsNoClassIsRefused() {
    var scores = new SegmentationScores(matrix(), ScoreProtocol.SKIP_ABSENT);
    assertThatThrownBy(() -> scores.meanIou(List.of())).hasMessageContaining("0 to 3");
    assertThatThrownBy(() -> scores.meanIou(List.of(4))).hasMessageContaining("[4]");
  }
}
