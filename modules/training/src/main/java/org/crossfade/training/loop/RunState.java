package org.crossfade.training.loop;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.CheckpointException;
import org.crossfade.training.run.LoopState;

/** Decides whether what lies in a run's folder belongs to this run. */
final class RunState {
  private RunState() {}

  /**
   * Restores the latest checkpoint.
   *
   * @param checkpoints the latest first
   * @throws CheckpointException if it is broken, foreign, or of other options; the message offers
   *     the one before it
   */
  static LoopState restorable(
      Experiment experiment, List<Path> checkpoints, Function<Path, LoopState> restore) {
    Path latest = checkpoints.get(0);
    try {
      requireSameOptions(experiment, latest, Checkpoint.state(latest));
      return restore.apply(latest);
    } catch (CheckpointException e) {
      String offer =
          checkpoints.size() > 1
              ? "\nThe checkpoint before it is '"
                  + checkpoints.get(1)
                  + "': delete '"
                  + latest
                  + "' to go on from there"
              : "\nThere is no checkpoint before it: delete it to start the phase anew";
      throw new CheckpointException(e.getMessage() + offer, e);
    }
  }

  /**
   * Checks that a checkpoint was made with the same options.
   *
   * @throws CheckpointException if not
   */
  static void requireSameOptions(Experiment experiment, Path folder, LoopState state) {
    if (!state.optionsHash().equals(experiment.optionsHash())) {
      throw new CheckpointException(
          "the checkpoint '"
              + folder
              + "' was made with other options than this run's; use"
              + " config.conf of its run folder, or another run folder");
    }
  }
}
