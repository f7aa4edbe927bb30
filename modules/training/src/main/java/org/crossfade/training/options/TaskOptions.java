package org.crossfade.training.options;

import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.DatasetOptions;
import org.crossfade.datasets.subset.LabelChoice;

/**
 * What is adapted to what.
 *
 * @param name for reports: {@code GTA5 to Cityscapes}
 * @param classes K: 19, 16 or 13
 * @param source labelled samples of the source domain
 * @param target samples of the target domain that training sees
 * @param targetLabels which target samples count as labelled where a phase reads their ground truth
 * @param validation labelled samples of the target domain that training never sees
 */
public record TaskOptions(
    String name,
    int classes,
    DatasetOptions source,
    DatasetOptions target,
    LabelChoice targetLabels,
    DatasetOptions validation) {
  /** Checks the number of classes, and that a list of labelled images has files to name. */
  public TaskOptions {
    LabelSpace.of(classes);
    targetLabels.list().ifPresent(target::withList);
  }

  /**
   * Returns the data set of labelled target samples before {@link LabelChoice#of} draws from it:
   * the target's own, or its listed part.
   */
  public DatasetOptions labelledTarget() {
    return targetLabels.list().map(target::withList).orElse(target);
  }

  /** Returns the classes. */
  public LabelSpace labelSpace() {
    return LabelSpace.of(classes);
  }
}
