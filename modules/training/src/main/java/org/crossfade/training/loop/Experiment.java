package org.crossfade.training.loop;

import java.nio.file.Path;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.datasets.subset.Subset;
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.options.TaskOptions;

/**
 * All that a run needs, checked before any work starts.
 *
 * @param methodName as on the command line
 * @param method the phases
 * @param task what is adapted to what
 * @param run how the loop goes
 * @param source labelled samples
 * @param target samples that training sees
 * @param labelledTarget those of them whose ground truth training may read; may be all
 * @param validation labelled samples that training never sees
 * @param weights file of published weights, where one was given
 * @param weightsHash of that file, empty without one
 * @param optionsHash of the resolved options
 * @param resolvedOptions as HOCON text
 */
public record Experiment(
    String methodName,
    AdaptationMethod method,
    TaskOptions task,
    RunOptions run,
    Dataset source,
    Dataset target,
    Dataset labelledTarget,
    Dataset validation,
    Optional<Path> weights,
    String weightsHash,
    String optionsHash,
    String resolvedOptions) {
  /** Returns the classes. */
  public LabelSpace labelSpace() {
    return task.labelSpace();
  }

  /**
   * Returns the samples that a stream draws from: of the target, where the stream reads ground
   * truth, the labelled ones; where it wants the rest, all but those.
   *
   * @throws DataException if no image is left
   */
  public Dataset dataset(StreamRequest stream) {
    if (stream.domain() == Domain.SOURCE) {
      return source;
    }
    if (stream.labels().groundTruth()) {
      return labelledTarget;
    }
    return stream.labels().restOnly() ? Subset.without(target, labelledTarget) : target;
  }
}
