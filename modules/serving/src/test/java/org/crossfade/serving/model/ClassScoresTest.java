package org.crossfade.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Labels of a picture from scores of another size. */
class ClassScoresTest {
  @Test
  void atItsOwnSizeTheHighestScoreWinsAndTheFirstOfEqualOnes() {
    var scores = new ClassScores(1, 3, 2, new float[] {0, 1, 2, 1, 5, 5});

    assertThat(scores.labels(1, 3).trainIds()).containsExactly(1, 0, 0);
  }

  /** By hand: of four pixels the centres lie at 0, 0.25, 0.75 and 1 between the two scores. */
  @Test
  void betweenPixelsScoresAreBilinear() {
    // Class 0 falls from 1 to 0; class 1 is 0.6 all along: equal at 0.4.
    var scores = new ClassScores(1, 2, 2, new float[] {1, 0.6f, 0, 0.6f});

    assertThat(scores.labels(1, 4).trainIds()).containsExactly(0, 0, 1, 1);
    assertThat(new ClassScores(2, 1, 2, new float[] {1, 0.6f, 0, 0.6f}).labels(4, 1).trainIds())
        .containsExactly(0, 0, 1, 1);
  }

  @Test
  void aSmallerPictureLooksBetweenTheMiddlePixels() {
    var scores = new ClassScores(1, 4, 2, new float[] {9, 0, 0, 1, 0, 1, 9, 0});

    assertThat(scores.labels(1, 1).trainIds()).containsExactly(1);
  }

  @Test
  void anotherNumberOfValuesIsRefused() {
    assertThatThrownBy(() -> new ClassScores(2, 2, 3, new float[11]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("11 values");
  }
}
