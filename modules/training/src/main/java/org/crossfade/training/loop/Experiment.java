package org.crossfade.training.loop;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.options.TaskOptions;
import org.crossfade.training.run.LoopState;

/**
 * All that a run needs, checked before any work starts.
 *
 * @param methodName as on the command line
 * @param method the phases
 * @param task what is adapted to what
 * @param run how the loop goes
 * @param data the task's data sets
 * @param weights that networks start from, where the method asks for published ones
 * @param options all of them, resolved
 */
public record Experiment(
    String methodName,
    AdaptationMethod method,
    TaskOptions task,
    RunOptions run,
    TaskData data,
    PublishedWeights weights,
    ResolvedOptions options) {
  /**
   * Published weights.
   *
   * @param file where one was given
   * @param hash of that file, empty without one
   */
  public record PublishedWeights(Optional<Path> file, String hash) {}

  /**
   * The options of a run.
   *
   * @param text HOCON
   * @param hash of those that decide what is computed
   */
  public record ResolvedOptions(String text, String hash) {}

  /** Returns the classes. */
  public LabelSpace labelSpace() {
    return task.labelSpace();
  }

  /**
   * Returns the samples that a stream draws from.
   *
   * @throws DataException if no image is left
   */
  public Dataset dataset(StreamRequest stream) {
    return data.of(stream);
  }

  /**
   * Returns what the run's numbers depend on.
   *
   * @param artefacts hash of every artefact that earlier passes left
   */
  LoopState.Origin origin(Map<String, String> artefacts) {
    return new LoopState.Origin(
        run.seed(), options.hash(), artefacts, data.fingerprints(), Map.of());
  }
}
