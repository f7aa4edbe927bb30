package org.crossfade.tables.reproduce;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crossfade.core.label.ClassGroup;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.Metrics;

/** What tables print: a mean over classes, or a number of a metric by its name. */
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
   * Checks the name of a column.
   *
   * @throws IllegalArgumentException if there is no such column; the message lists those there are
   */
  static void requireKnown(String name) {
    Set<String> metrics = Metrics.values().keySet();
    if (mean(name).isEmpty() && !metrics.contains(name)) {
      throw new IllegalArgumentException(
          "no column '"
              + name
              + "'; there are "
              + Stream.concat(Arrays.stream(values()).map(c -> c.key), metrics.stream())
                  .collect(Collectors.joining(", ")));
    }
  }

  /**
   * Returns what stands in a column: a fraction in percent, another number as it is.
   *
   * @param name of the column
   * @param trained K of the network: its own mean where the column is over as many classes
   * @return empty where the network lacks a class of the column, or the metric is not defined
   */
  static OptionalDouble of(String name, EvaluationResult result, int trained) {
    Optional<ScoreColumn> mean = mean(name);
    if (mean.isPresent()) {
      return mean.get().of(result, trained).stream().map(score -> 100 * score).findFirst();
    }
    Double value = result.metrics().get(name);
    return value == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(Metrics.isFraction(name) ? 100 * value : value);
  }

  private static Optional<ScoreColumn> mean(String name) {
    return Arrays.stream(values()).filter(column -> column.key.equals(name)).findFirst();
  }

  private OptionalDouble of(EvaluationResult result, int trained) {
    if (trained == classes) {
      return OptionalDouble.of(result.miou());
    }
    return groups.stream()
        .filter(group -> result.groups().containsKey(group.title()))
        .mapToDouble(group -> result.groups().get(group.title()))
        .findFirst();
  }
}
