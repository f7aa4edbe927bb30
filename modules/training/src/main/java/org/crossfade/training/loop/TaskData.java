package org.crossfade.training.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.datasets.subset.Concatenation;
import org.crossfade.datasets.subset.Subset;

/**
 * The data sets of a task.
 *
 * @param source labelled samples of the source domain
 * @param target samples of the target domain that training sees
 * @param labelledTarget those of them whose ground truth training may read; may be all
 * @param validation labelled samples of the target domain that training never sees
 */
public record TaskData(Dataset source, Dataset target, Dataset labelledTarget, Dataset validation) {
  /** Returns the data sets by their part in the task, in order; one may have two parts. */
  public Map<String, Dataset> byPart() {
    var parts = new LinkedHashMap<String, Dataset>();
    parts.put("source", source);
    parts.put("target", target);
    parts.put("labelled-target", labelledTarget);
    parts.put("validation", validation);
    return parts;
  }

  /** Returns what each data set holds, by its part in the task: the same content, the same hash. */
  public Map<String, String> fingerprints() {
    var fingerprints = new LinkedHashMap<String, String>();
    byPart().forEach((part, dataset) -> fingerprints.put(part, dataset.fingerprint()));
    return fingerprints;
  }

  /**
   * Returns the samples that a stream draws from: of the source, with the labelled target images
   * where it draws both together; of the target, where the stream reads ground truth, the labelled
   * ones; where it wants the rest, all but those.
   *
   * @throws DataException if no image is left
   */
  Dataset of(StreamRequest stream) {
    if (stream.sampling() == StreamRequest.Sampling.SHUFFLED_WITH_TARGET) {
      return new Concatenation(source, labelledTarget);
    }
    if (stream.domain() == Domain.SOURCE) {
      return source;
    }
    if (stream.labels().groundTruth()) {
      return labelledTarget;
    }
    return stream.labels().restOnly() ? Subset.without(target, labelledTarget) : target;
  }
}
