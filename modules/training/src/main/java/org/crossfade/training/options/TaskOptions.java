package org.crossfade.training.options;

import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.DatasetOptions;

/**
 * What is adapted to what.
 *
 * @param name for reports: {@code GTA5 to Cityscapes}
 * @param classes K: 19, 16 or 13
 * @param source labelled samples of the source domain
 * @param target samples of the target domain that training sees
 * @param validation labelled samples of the target domain that training never sees
 */
public record TaskOptions(
    String name,
    int classes,
    DatasetOptions source,
    DatasetOptions target,
    DatasetOptions validation) {
  /** Checks the number of classes. */
  public TaskOptions {
    LabelSpace.of(classes);
  }

  /** Returns the classes. */
  public LabelSpace labelSpace() {
    return LabelSpace.of(classes);
  }
}
