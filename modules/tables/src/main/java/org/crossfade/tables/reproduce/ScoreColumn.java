package org.crossfade.tables.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.crossfade.core.label.ClassDefinition;
import org.crossfade.core.label.ClassGroup;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.Metrics;

/**
 * What tables print by the name of a column: {@code mIoU}, which is the mean over all classes of
 * the task; the mean of one of its groups, as its definition of classes says; or a number of a
 * metric.
 */
final class ScoreColumn {
  private static final int WHOLE = 19;

  private ScoreColumn() {}

  /**
   * Checks the name of a column.
   *
   * @param space classes of the row's task
   * @throws IllegalArgumentException if there is no such column, and none in a part of the classes
   *     either; the message lists those there are
   */
  static void requireKnown(String name, LabelSpace space) {
    Set<String> metrics = Metrics.values().keySet();
    var known = new ArrayList<>(List.of(ClassDefinition.MEAN));
    known.addAll(space.columns());
    known.addAll(metrics);
    // A network of 13 classes may stand in a table whose other networks have 16.
    if (!known.contains(name) && !LabelSpace.of(WHOLE).columns().contains(name)) {
      throw new IllegalArgumentException(
          "no column '" + name + "'; there are " + String.join(", ", known));
    }
  }

  /**
   * Returns what stands in a column: a fraction in percent, another number as it is.
   *
   * @param name of the column
   * @param space classes of the network
   * @return empty where the classes lack a member of the column's group, or the metric is not
   *     defined
   */
  static OptionalDouble of(String name, EvaluationResult result, LabelSpace space) {
    if (name.equals(ClassDefinition.MEAN)) {
      return OptionalDouble.of(100 * result.miou());
    }
    Optional<ClassGroup> group = space.column(name);
    if (group.isPresent()) {
      return mean(group.get(), result, space).stream().map(score -> 100 * score).findFirst();
    }
    Double value = result.metrics().get(name);
    return value == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(Metrics.isFraction(name) ? 100 * value : value);
  }

  private static OptionalDouble mean(ClassGroup group, EvaluationResult result, LabelSpace space) {
    if (group.ids().size() == space.classes()) {
      // Rounded once, where a protocol rounds each class.
      return OptionalDouble.of(result.miou());
    }
    Double mean = result.groups().get(group.title());
    return mean == null ? OptionalDouble.empty() : OptionalDouble.of(mean);
  }
}
