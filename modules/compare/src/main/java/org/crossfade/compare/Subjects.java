package org.crossfade.compare;

import com.beust.jcommander.ParameterException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.report.Comparison;
import org.crossfade.tables.reproduce.TableRow;
import org.crossfade.tables.series.Subject;
import org.crossfade.training.config.Methods;
import org.crossfade.training.config.OptionSources;

/** What is compared, with the arguments that choose it alone: methods, then rows of tables. */
final class Subjects {
  private final Map<Subject, List<String>> arguments = new LinkedHashMap<>();

  /**
   * Chooses.
   *
   * @param methods names, {@code NAME} or {@code NAME.IDEA}
   * @param rows places below the experiments
   * @param experiments the folder of all papers' experiments
   * @throws ParameterException if there is no such row, or one thing is chosen twice
   */
  Subjects(List<String> methods, List<String> rows, Path experiments) throws IOException {
    for (String method : methods) {
      choose(named(method), "--methods", method);
    }
    for (String place : rows) {
      for (TableRow row : at(experiments, place)) {
        choose(row.subjectAmongTables(), "--rows", row.place());
      }
    }
  }

  private static Subject named(String method) {
    try {
      return Subject.chosen(method);
    } catch (IllegalArgumentException e) {
      throw new ParameterException("--methods: " + e.getMessage(), e);
    }
  }

  private static List<TableRow> at(Path experiments, String place) throws IOException {
    try {
      return TableRow.at(experiments, place);
    } catch (IllegalArgumentException e) {
      throw new ParameterException("--rows " + e.getMessage(), e);
    }
  }

  private void choose(Subject subject, String option, String value) {
    if (arguments.put(subject, List.of(option, value)) != null) {
      throw new ParameterException(option + " names " + value + " twice; name it once");
    }
  }

  /** Returns the subjects, in order. */
  Set<Subject> all() {
    return arguments.keySet();
  }

  /** Returns the names of their runs, in order. */
  List<String> names() {
    return all().stream().map(Subject::name).toList();
  }

  /** Returns the arguments that choose one alone, or the one whose idea's run it is. */
  List<String> arguments(Subject subject) {
    if (arguments.containsKey(subject)) {
      return arguments.get(subject);
    }
    // Of a method and the same up to an idea, the method has all runs.
    return arguments.entrySet().stream()
        .filter(
            chosen ->
                chosen.getKey().method().equals(subject.method())
                    && chosen.getKey().file().equals(subject.file()))
        .min(Comparator.comparingInt(chosen -> chosen.getKey().settings().size()))
        .map(Map.Entry::getValue)
        .orElseGet(() -> List.of("--methods", subject.method()));
  }

  /** Returns the methods on the class path that have a form on Streets, the baseline first. */
  static List<String> methodsOnStreets() {
    return Methods.all().stream()
        .map(AdaptationMethod.Factory::name)
        .filter(OptionSources::hasStreetsForm)
        .sorted(
            Comparator.comparing((String name) -> !name.equals(Comparison.BASELINE))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }
}
