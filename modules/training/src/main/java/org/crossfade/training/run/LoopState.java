package org.crossfade.training.run;

import java.util.Map;
import java.util.Optional;

/**
 * Where the loop stands, beside the variables.
 *
 * @param place how far the phase is
 * @param streams position of every stream, in samples; of a selected one, in its epoch
 * @param evaluations those so far
 * @param losses those since the last record of metrics
 * @param selection of a stream's samples, where the phase selects
 * @param origin what the numbers depend on, beside the phase
 */
public record LoopState(
    Place place,
    Map<String, Long> streams,
    Evaluations evaluations,
    LossSums losses,
    Optional<SelectionState> selection,
    Origin origin) {
  /**
   * How far a phase is.
   *
   * @param phase its name
   * @param iteration how many iterations of it are done
   * @param finished whether it is over
   * @param seconds spent in it so far, by all processes that ran it
   */
  public record Place(String phase, long iteration, boolean finished, double seconds) {}

  /**
   * The evaluations of a phase so far.
   *
   * @param latest iteration of the latest, −1 before the first
   * @param best iteration of the best, −1 before the first
   * @param bestScore its mIoU, −1 before the first
   */
  public record Evaluations(long latest, long best, double bestScore) {
    /** Before the first. */
    public static final Evaluations NONE = new Evaluations(-1, -1, -1);

    /** Returns these and one more; of two equal scores the earlier is the best. */
    public Evaluations and(long iteration, double score) {
      return score > bestScore
          ? new Evaluations(iteration, iteration, score)
          : new Evaluations(iteration, best, bestScore);
    }

    /** Returns these with the best of {@code other}. */
    public Evaluations withBestOf(Evaluations other) {
      return new Evaluations(latest, other.best, other.bestScore);
    }
  }

  /**
   * Losses that are not recorded yet.
   *
   * @param sums of each loss term since the last record of metrics
   * @param since iteration of that record, 0 before the first
   */
  public record LossSums(Map<String, Double> sums, long since) {}

  /**
   * What a run's numbers depend on.
   *
   * @param seed of the run
   * @param options hash of the options that decide what is computed
   * @param artefacts hash of every artefact that earlier passes left
   * @param datasets fingerprint of each data set by its part in the task
   * @param starts fingerprint of the end of each earlier phase that this one started from
   */
  public record Origin(
      long seed,
      String options,
      Map<String, String> artefacts,
      Map<String, String> datasets,
      Map<String, String> starts) {}

  /** Returns how many iterations of the phase are done. */
  public long iteration() {
    return place.iteration();
  }
}
