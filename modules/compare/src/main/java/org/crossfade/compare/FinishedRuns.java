package org.crossfade.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.crossfade.training.run.CheckpointException;

/**
 * The finished runs in a folder.
 *
 * @param folder holds a folder for each run
 * @param runs in the order of their folders' names
 * @param unfinished folders of runs whose last phase is not over
 */
public record FinishedRuns(Path folder, List<FinishedRun> runs, List<Path> unfinished) {
  /** Copies the lists. */
  public FinishedRuns {
    runs = List.copyOf(runs);
    unfinished = List.copyOf(unfinished);
  }

  /** Returns the runs in {@code folder}. */
  public static FinishedRuns in(Path folder) throws IOException {
    var runs = new ArrayList<FinishedRun>();
    var unfinished = new ArrayList<Path>();
    if (Files.isDirectory(folder)) {
      try (var entries = Files.list(folder)) {
        for (Path entry : entries.sorted().toList()) {
          if (Files.exists(entry.resolve("config.conf"))) {
            FinishedRun.read(entry).ifPresentOrElse(runs::add, () -> unfinished.add(entry));
          }
        }
      }
    }
    return new FinishedRuns(folder, runs, unfinished);
  }

  /** Returns the names of the folders of unfinished runs. */
  public String unfinishedNames() {
    return names(unfinished);
  }

  /**
   * Returns the comparison of some methods.
   *
   * @param methods in the order of the tables; all that there are, the baseline first, if empty
   * @param seeds all that there are, if empty
   * @throws CheckpointException if there is nothing to compare, or the runs are not comparable
   */
  public Comparison comparison(List<String> methods, List<Long> seeds) {
    List<FinishedRun> chosen =
        runs.stream()
            .filter(run -> methods.isEmpty() || methods.contains(run.method()))
            .filter(run -> seeds.isEmpty() || seeds.contains(run.seed()))
            .toList();
    if (chosen.isEmpty()) {
      throw new CheckpointException(
          "'"
              + folder
              + "' holds no finished run"
              + (methods.isEmpty() ? "" : " of " + String.join(", ", methods))
              + (unfinished.isEmpty() ? "" : "; not finished: " + names(unfinished))
              + (runs.isEmpty() ? "" : "; finished: " + names(paths(runs)))
              + ". Train first, by the same command without --report-only");
    }
    requireComparable(chosen);
    var byMethod = new LinkedHashMap<String, List<FinishedRun>>();
    List<String> order =
        methods.isEmpty()
            ? chosen.stream()
                .map(FinishedRun::method)
                .distinct()
                .sorted(ComparisonRuns.BASELINE_FIRST)
                .toList()
            : methods;
    for (String method : order) {
      List<FinishedRun> own =
          chosen.stream()
              .filter(run -> run.method().equals(method))
              .sorted(Comparator.comparingLong(FinishedRun::seed))
              .toList();
      if (!own.isEmpty()) {
        byMethod.put(method, own);
      }
    }
    return new Comparison(
        chosen.get(0).results().task(),
        chosen.get(0).labelSpace(),
        byMethod.entrySet().stream().map(e -> new MethodScores(e.getKey(), e.getValue())).toList());
  }

  /** Numbers of other images or classes do not belong into one table. */
  private static void requireComparable(List<FinishedRun> runs) {
    var tasks = new LinkedHashMap<String, List<Path>>();
    var validation = new LinkedHashMap<String, List<Path>>();
    for (FinishedRun run : runs) {
      tasks
          .computeIfAbsent(run.results().task() + ", " + run.labelSpace(), t -> new ArrayList<>())
          .add(run.directory().root());
      validation
          .computeIfAbsent(
              run.provenance().datasets().getOrDefault("validation", ""), t -> new ArrayList<>())
          .add(run.directory().root());
    }
    for (Map<String, List<Path>> groups : List.of(tasks, validation)) {
      if (groups.size() > 1) {
        throw new CheckpointException(
            "the runs can't be compared: they differ in "
                + (groups == tasks ? "their task" : "the validation data of the same task")
                + groups.entrySet().stream()
                    .map(e -> "\n  " + e.getKey() + ": " + names(e.getValue()))
                    .reduce("", String::concat)
                + "\nKeep the runs of each in a folder of their own (--out), or name --methods and"
                + " --seeds that belong together");
      }
    }
  }

  private static List<Path> paths(List<FinishedRun> runs) {
    return runs.stream().map(run -> run.directory().root()).toList();
  }

  private static String names(List<Path> folders) {
    var names = new TreeSet<String>();
    folders.forEach(folder -> names.add(folder.getFileName().toString()));
    return String.join(", ", names);
  }
}
