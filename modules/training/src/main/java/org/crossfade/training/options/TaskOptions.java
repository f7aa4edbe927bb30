package org.crossfade.training.options;

import java.util.Map;
import org.crossfade.core.label.ClassDefinition;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.DatasetOptions;
import org.crossfade.datasets.subset.LabelChoice;

/**
 * What is adapted to what.
 *
 * @param name for reports: {@code GTA5 to Cityscapes}
 * @param classes what a network tells apart; see {@link TaskClasses} for what options may say
 * @param source labelled samples of the source domain
 * @param target samples of the target domain that training sees
 * @param targetLabels which target samples count as labelled where a phase reads their ground truth
 * @param validation labelled samples of the target domain that training never sees
 */
public record TaskOptions(
    String name,
    ClassDefinition classes,
    DatasetOptions source,
    DatasetOptions target,
    LabelChoice targetLabels,
    DatasetOptions validation) {
  /** Checks the data sets against the classes, and that a list of labelled images has files. */
  public TaskOptions {
    LabelSpace space = LabelSpace.of(classes);
    Map.of("source", source, "target", target, "validation", validation)
        .forEach((part, dataset) -> requireFits(part, dataset, space));
    targetLabels.list().ifPresent(target::withList);
  }

  /**
   * Returns the data set of labelled target samples before {@link LabelChoice#of} draws from it:
   * the target's own, or its listed part.
   */
  public DatasetOptions labelledTarget() {
    return targetLabels.list().map(target::withList).orElse(target);
  }

  private static void requireFits(String part, DatasetOptions dataset, LabelSpace space) {
    try {
      dataset.requireFits(space);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(part + ": " + e.getMessage(), e);
    }
  }

  /** Returns the classes. */
  public LabelSpace labelSpace() {
    return LabelSpace.of(classes);
  }
}
