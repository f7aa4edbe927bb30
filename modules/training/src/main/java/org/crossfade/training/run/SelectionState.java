package org.crossfade.training.run;

import java.util.List;

/**
 * Where the selection of a stream's samples stands.
 *
 * @param epoch from 0
 * @param left ids of the samples that this epoch draws, in the data set's order
 * @param threshold of the selection at the end of this epoch
 * @param history what the selections before did
 */
public record SelectionState(int epoch, List<String> left, double threshold, List<Round> history) {
  /**
   * One selection.
   *
   * @param epoch that it ended, from 0
   * @param iteration how many iterations were done
   * @param threshold of the scores
   * @param scored how many samples had a score
   * @param kept how many stay
   * @param lowestScore of those scored
   * @param meanScore of those scored
   * @param highestScore of those scored
   */
  public record Round(
      int epoch,
      long iteration,
      double threshold,
      int scored,
      int kept,
      double lowestScore,
      double meanScore,
      double highestScore) {}

  /** Copies the lists. */
  public SelectionState {
    left = List.copyOf(left);
    history = List.copyOf(history);
  }
}
