package org.crossfade.training.loop;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
   * @param artefacts hash of every artefact that earlier passes left
   * @throws CheckpointException if it is broken, foreign, or of other options; the message offers
   *     the one before it
   */
  static LoopState restorable(
      Experiment experiment,
      List<Path> checkpoints,
      Map<String, String> artefacts,
      Function<Path, LoopState> restore) {
    Path latest = checkpoints.get(0);
    try {
      requireSame(experiment, latest, Checkpoint.state(latest), artefacts);
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
   * Checks the end of a finished phase.
   *
   * @throws CheckpointException if it is broken, of other options, or of other artefacts
   */
  static void requireUsableEnd(Experiment experiment, Path end, Map<String, String> artefacts) {
    try {
      requireSame(experiment, end, Checkpoint.state(end), artefacts);
    } catch (CheckpointException e) {
      throw new CheckpointException(
          e.getMessage()
              + "\nIt is the end of a finished phase: delete it to train the phase, and what"
              + " follows, anew",
          e);
    }
  }

  private static void requireSame(
      Experiment experiment, Path folder, LoopState state, Map<String, String> artefacts) {
    if (!state.optionsHash().equals(experiment.optionsHash())) {
      throw new CheckpointException(
          "the checkpoint '"
              + folder
              + "' was made with other options than this run's; use config.conf of its run folder,"
              + " or another run folder");
    }
    if (!state.artefacts().equals(artefacts)) {
      throw new CheckpointException(
          "the checkpoint '"
              + folder
              + "' was trained with other artefacts than those in the run folder: "
              + state.artefacts().keySet()
              + " have changed since");
    }
  }
}
