package org.crossfade.training.loop;

import java.util.Map;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.run.SelectionState;

/** Hears what the loop does: logs, metrics, progress. */
public interface TrainingListener {
  /**
   * One iteration.
   *
   * @param phase its phase
   * @param iteration from 1: how many are done
   * @param iterations of the phase
   * @param losses loss terms and metrics by name, averaged since the last record
   * @param rates learning rates by update and group
   * @param imagesPerSecond since the last record
   * @param secondsPerIteration since the last record
   * @param seconds spent in the phase by this process
   */
  record Progress(
      String phase,
      long iteration,
      long iterations,
      Map<String, Double> losses,
      Map<String, Double> rates,
      double imagesPerSecond,
      double secondsPerIteration,
      double seconds) {}

  /**
   * A phase begins.
   *
   * @param phase its name
   * @param iteration where it goes on, 0 at first
   * @param iterations its length
   * @param summary lines on what is trained, frozen and read
   */
  default void phaseStarted(String phase, long iteration, long iterations, String summary) {}

  /** An iteration is done; called for each. */
  default void iterated(String phase, long iteration, long iterations) {}

  /** Losses and rates, every few iterations. */
  default void progressed(Progress progress) {}

  /** The validation set was evaluated. */
  default void evaluated(EvaluationResult result) {}

  /** Samples of a stream were selected, at the end of one of its epochs. */
  default void selected(String phase, SelectionState.Round round) {}

  /** A checkpoint was written. */
  default void saved(String phase, long iteration) {}

  /** A phase is over, or was found finished. */
  default void phaseFinished(String phase, boolean resumed) {}

  /** The loop has ended, in whatever way. */
  default void ended() {}
}
