package org.crossfade.tables.reference;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.crossfade.core.label.LabelSpace;

/**
 * What a table prints for one method, and the means that its classes give.
 *
 * @param table such as {@code fada/table2}
 * @param cells by column
 */
record PublishedRow(String table, Map<String, PublishedValue> cells) {
  static final List<String> CLASSES = LabelSpace.of(19).classNames();

  /** What the values of a row share. */
  private record Label(String task, String setting, String backbone, String method) {}

  static List<PublishedRow> of(String table, List<PublishedValue> values) {
    var rows = new LinkedHashMap<Label, Map<String, PublishedValue>>();
    for (PublishedValue value : values) {
      rows.computeIfAbsent(
              new Label(value.task(), value.setting(), value.backbone(), value.method()),
              label -> new LinkedHashMap<>())
          .put(value.column(), value);
    }
    return rows.values().stream().map(cells -> new PublishedRow(table, cells)).toList();
  }

  /** The classes that a column averages; empty if the column is no mean. */
  static Optional<Set<String>> classesOf(PublishedValue value) {
    boolean synthia = value.task().startsWith("SYNTHIA");
    return switch (value.column()) {
      case "mIoU" -> Optional.of(Set.copyOf(CLASSES));
      case "mIoU16" -> Optional.of(names("mIoU16"));
      case "mIoU13" -> Optional.of(names("mIoU13"));
      case "mIoU_tail" -> Optional.of(names("tail"));
      case "mIoU_well" ->
          Optional.of(names(synthia ? "well-represented (SYNTHIA)" : "well-represented (GTA5)"));
      case "mIoU_under" ->
          Optional.of(names(synthia ? "under-represented (SYNTHIA)" : "under-represented (GTA5)"));
      default -> Optional.empty();
    };
  }

  private static Set<String> names(String group) {
    return LabelSpace.of(19).group(group).orElseThrow().ids().stream()
        .map(CLASSES::get)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The class values, by name. */
  Map<String, BigDecimal> classValues() {
    var values = new LinkedHashMap<String, BigDecimal>();
    CLASSES.stream()
        .map(cells::get)
        .filter(Objects::nonNull)
        .forEach(cell -> values.put(cell.column(), cell.value()));
    return values;
  }

  /** The printed means, if any class is printed beside them. */
  List<PublishedValue> means() {
    return classValues().isEmpty()
        ? List.of()
        : cells.values().stream().filter(cell -> classesOf(cell).isPresent()).toList();
  }

  /** Those means all of whose classes are printed. */
  List<PublishedValue> completeMeans() {
    return means().stream()
        .filter(mean -> classValues().keySet().containsAll(classesOf(mean).orElseThrow()))
        .toList();
  }

  /** The average of the classes of a complete mean, to 12 digits behind the point. */
  static BigDecimal average(PublishedValue mean, Map<String, BigDecimal> classValues) {
    Set<String> classes = classesOf(mean).orElseThrow();
    BigDecimal sum =
        classes.stream().map(classValues::get).reduce(BigDecimal.ZERO, BigDecimal::add);
    return sum.divide(BigDecimal.valueOf(classes.size()), 12, RoundingMode.HALF_UP);
  }

  /**
   * Whether a mean can come from the classes: each number is rounded by at most half a unit of the
   * row's last printed digit, so the average of the classes and the mean are at most one unit
   * apart.
   */
  boolean agrees(PublishedValue mean, Map<String, BigDecimal> classValues) {
    int digits =
        IntStream.concat(
                classValues().values().stream().mapToInt(BigDecimal::scale),
                means().stream().mapToInt(m -> m.value().scale()))
            .max()
            .orElseThrow();
    return average(mean, classValues)
            .subtract(mean.value())
            .abs()
            .compareTo(BigDecimal.ONE.movePointLeft(digits))
        <= 0;
  }

  /** The row's table and label, for messages and lists. */
  String name() {
    PublishedValue cell = cells.values().iterator().next();
    String label =
        Stream.of(cell.task(), cell.setting(), cell.backbone(), cell.method())
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining(", "));
    return table + " | " + label;
  }

  /** The row's name and a column of it. */
  String at(PublishedValue cell) {
    return name() + " | " + cell.column();
  }
}
