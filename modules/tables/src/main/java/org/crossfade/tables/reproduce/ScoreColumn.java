package org.crossfade.tables.reproduce;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.crossfade.core.label.ClassGroup;
import org.crossfade.training.evaluation.EvaluationResult;

/** A mean over classes that tables print. */
enum ScoreColumn {
  /** Over the 19 classes. */
  MIOU("mIoU", 19),
  /** Over SYNTHIA's 16 classes. */
  MIOU_16("mIoU16", 16, ClassGroup.MIOU_16),
  /** Over the 13 classes of SYNTHIA and Cross-City. */
  MIOU_13("mIoU13", 13, ClassGroup.MIOU_13),
  /** Over SPCL's tail. */
  TAIL("mIoU_tail", 0, ClassGroup.TAIL),
  /** Over PixDA's well-represented classes, of whichever source. */
  WELL("mIoU_well", 0, ClassGroup.WELL_REPRESENTED_GTA5, ClassGroup.WELL_REPRESENTED_SYNTHIA),
  /** Over PixDA's under-represented classes, of whichever source. */
  UNDER("mIoU_under", 0, ClassGroup.UNDER_REPRESENTED_GTA5, ClassGroup.UNDER_REPRESENTED_SYNTHIA);

  private final String key;
  private final int classes;
  private final List<ClassGroup> groups;

  ScoreColumn(String key, int classes, ClassGroup... groups) {
    this.key = key;
    this.classes = classes;
    this.groups = List.of(groups);
  }

  /**
   * Returns the column with a name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  static ScoreColumn named(String name) {
    return Arrays.stream(values())
        .filter(column -> column.key.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no column '"
                        + name
                        + "'; there are "
                        + Arrays.stream(values())
                            .map(c -> c.key)
                            .collect(Collectors.joining(", "))));
  }

  /**
   * Returns the score, a fraction.
   *
   * @param trained K of the network: its own mean where the column is over as many classes
   * @return empty where the network lacks a class of the column
   */
  OptionalDouble of(EvaluationResult result, int trained) {
    if (trained == classes) {
      return OptionalDouble.of(result.miou());
    }
    return groups.stream()
        .filter(group -> result.groups().containsKey(group.title()))
        .mapToDouble(group -> result.groups().get(group.title()))
        .findFirst();
  }
}
