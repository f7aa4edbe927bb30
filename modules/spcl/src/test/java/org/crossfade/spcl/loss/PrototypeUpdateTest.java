package org.crossfade.spcl.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.crossfade.methodtest.MethodGraph;
import org.crossfade.spcl.loss.FeatureMasks.SourceCells;
import org.crossfade.spcl.loss.PrototypeUpdate.AbsentClasses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrototypeUpdateTest {
  private final MethodGraph graph = new MethodGraph();

  @AfterEach
  void close() {
    graph.close();
  }

  /** Cells (3, 4) and (0, 2) of class 0, (5, 0) ignored; class 1 has none. */
  private ClassMeans means(boolean normalise) {
    return ClassMeans.of(
        graph.tf(),
        graph.input(new float[] {3, 4, 0, 2, 5, 0}, 1, 1, 3, 2),
        graph.input(new int[] {0, 0, 255}, 1, 1, 3),
        2,
        1,
        normalise);
  }

  private float[] updated(double alpha, boolean normalise, AbsentClasses absent) {
    return graph.value(
        new PrototypeUpdate(alpha, normalise, absent)
            .apply(
                graph.tf(), graph.input(new float[] {10, 20, 30, 40}, 1, 2, 2), means(normalise)));
  }

  @Test
  void meansAreThoseOfTheCellsOfAClass() {
    assertThat(graph.value(means(false).means())).containsExactly(1.5f, 0, 3, 0);
    assertThat(graph.value(means(true).means()))
        .containsExactly(new float[] {0.3f, 0, 0.9f, 0}, within(1e-6f));
    assertThat(graph.value(means(true).present())).containsExactly(1, 0);
  }

  /** Rows are channels, columns classes: μ_0 = (10, 30), μ_1 = (20, 40). */
  @Test
  void prototypesMoveByTheirShareAndAbsentOnesShrink() {
    assertThat(updated(0.1, false, AbsentClasses.DECAY))
        .containsExactly(new float[] {1 + 1.35f, 2, 3 + 2.7f, 4}, within(1e-5f));
  }

  @Test
  void absentPrototypesStayWhereThatIsAsked() {
    assertThat(updated(0.1, false, AbsentClasses.KEEP))
        .containsExactly(new float[] {1 + 1.35f, 20, 3 + 2.7f, 40}, within(1e-5f));
  }

  @Test
  void alphaOneKeepsAndAlphaZeroReplaces() {
    assertThat(updated(1, true, AbsentClasses.DECAY)).containsExactly(10, 20, 30, 40);
    assertThat(updated(0, false, AbsentClasses.DECAY))
        .containsExactly(new float[] {1.5f, 0, 3, 0}, within(1e-6f));
  }

  /** The two left cells are labelled 1, the right ones are not; the network says 1, 0, 1, 1. */
  @Test
  void sourceCellsHaveTheirLabelOnlyWhereItIsPredictedIfSoAsked() {
    int[] labels = {1, 1, 0, 0, 1, 1, 255, 255};
    float[] logits = {0, 1, 1, 0, 0, 1, 0, 1};

    assertThat(mask(labels, logits, SourceCells.LABELLED)).containsExactly(1, 0, 1, 255);
    assertThat(mask(labels, logits, SourceCells.CORRECT)).containsExactly(1, 0, 1, 255);
    logits[2] = -1;
    assertThat(mask(labels, logits, SourceCells.CORRECT)).containsExactly(1, 255, 1, 255);
    assertThat(mask(labels, logits, SourceCells.LABELLED)).containsExactly(1, 0, 1, 255);
  }

  private int[] mask(int[] labels, float[] logits, SourceCells cells) {
    return graph.integers(
        FeatureMasks.source(
            graph.tf(), graph.input(labels, 1, 2, 4), graph.input(logits, 1, 2, 2, 2), cells));
  }
}
