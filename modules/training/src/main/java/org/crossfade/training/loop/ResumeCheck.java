package org.crossfade.training.loop;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.RunFolderException;

/**
 * Checks that checkpoints in a run's folder belong to this run before it goes on from them.
 *
 * @param own what this run's numbers depend on
 */
record ResumeCheck(LoopState.Origin own) {
  /**
   * Restores the latest checkpoint.
   *
   * @param checkpoints the latest first
   * @throws RunFolderException if it is broken, foreign, or of other options; the message offers
   *     the one before it
   */
  LoopState restoreLatest(List<Path> checkpoints, Function<Path, LoopState> restore) {
    Path latest = checkpoints.get(0);
    try {
      requireOwn(latest);
      return restore.apply(latest);
    } catch (RunFolderException e) {
      String offer =
          checkpoints.size() > 1
              ? "\nThe checkpoint before it is '"
                  + checkpoints.get(1)
                  + "': delete '"
                  + latest
                  + "' to go on from there"
              : "\nThere is no checkpoint before it: delete it to start the phase anew";
      throw new RunFolderException(e.getMessage() + offer, e);
    }
  }

  /**
   * Checks the end of a finished phase.
   *
   * @throws RunFolderException if it is broken, of other options, or of other artefacts
   */
  void requireOwnEnd(Path end) {
    try {
      requireOwn(end);
    } catch (RunFolderException e) {
      throw new RunFolderException(
          e.getMessage()
              + "\n"
              + "It is the end of a finished phase: delete it to train the phase anew. What started"
              + " from it is refused then, too, unless the phase ends in the same weights",
          e);
    }
  }

  private void requireOwn(Path folder) {
    LoopState.Origin origin = Checkpoint.state(folder).origin();
    if (!origin.options().equals(own.options())) {
      throw new RunFolderException(
          "the checkpoint '"
              + folder
              + "' was made with other options than this run's; use config.conf of its run folder,"
              + " or another run folder");
    }
    if (!origin.datasets().equals(own.datasets())) {
      throw new RunFolderException(
          "the checkpoint '"
              + folder
              + "' was trained with other data: the content of "
              + origin.datasets().keySet().stream()
                  .filter(part -> !origin.datasets().get(part).equals(own.datasets().get(part)))
                  .toList()
              + " differs; use the data that it was begun with, or another run folder");
    }
    if (!origin.starts().equals(own.starts())) {
      throw new RunFolderException(
          "the checkpoint '"
              + folder
              + "' was trained from other weights than those in the run folder: "
              + origin.starts().keySet()
              + " was trained anew since");
    }
    if (!origin.artefacts().equals(own.artefacts())) {
      throw new RunFolderException(
          "the checkpoint '"
              + folder
              + "' was trained with other artefacts than those in the run folder: "
              + origin.artefacts().keySet()
              + " have changed since");
    }
  }
}
