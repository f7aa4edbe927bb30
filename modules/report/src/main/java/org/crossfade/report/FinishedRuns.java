package org.crossfade.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.crossfade.training.run.RunFolderException;

/**
 * The finished runs in some folders.
 *
 * @param folders each holds a folder for each run
 * @param runs in the order of the folders, there in the order of their names
 * @param unfinished folders of runs whose last phase is not over
 */
public record FinishedRuns(List<Path> folders, List<FinishedRun> runs, List<Path> unfinished) {
  /**
   * Copies the lists.
   *
   * @param folders each holds a folder for each run
   * @param runs in the order of the folders, there in the order of their names
   * @param unfinished folders of runs whose last phase is not over
   */
  public FinishedRuns {
    folders = List.copyOf(folders);
    runs = List.copyOf(runs);
    unfinished = List.copyOf(unfinished);
  }

  /**
   * {@return the runs in {@code folders}: those of comparisons, and of tables that were made}
   *
   * @param folders whose subfolders are runs; one that is missing holds none
   * @throws IOException if a folder or a file of a run cannot be read
   */
  public static FinishedRuns in(Path... folders) throws IOException {
    var runs = new ArrayList<FinishedRun>();
    var unfinished = new ArrayList<Path>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (var entries = Files.list(folder)) {
          for (Path entry : entries.sorted().toList()) {
            if (Files.exists(entry.resolve("config.conf"))) {
              FinishedRun.read(entry).ifPresentOrElse(runs::add, () -> unfinished.add(entry));
            }
          }
        }
      }
    }
    return new FinishedRuns(List.of(folders), runs, unfinished);
  }

  /** {@return the names of the folders of unfinished runs} */
  public String unfinishedNames() {
    return names(unfinished);
  }

  /**
   * {@return the runs that are called so, {@link FinishedRun#label}; a method's name means no row}
   *
   * @param labels as the tables call the runs
   */
  public FinishedRuns called(List<String> labels) {
    return new FinishedRuns(
        folders, runs.stream().filter(run -> labels.contains(run.label())).toList(), unfinished);
  }

  /**
   * {@return a comparison for each task, in the order in which they come up}
   *
   * @param names of methods or of rows, in the order of the tables; all that there are, the
   *     baseline first, if empty
   * @param seeds all that there are, if empty
   * @throws RunFolderException if there is nothing to compare, or runs of one task were evaluated
   *     on different data
   */
  public List<Comparison> comparisons(List<String> names, List<Long> seeds) {
    List<FinishedRun> chosen =
        runs.stream()
            .filter(
                run ->
                    names.isEmpty() || names.contains(run.label()) || names.contains(run.method()))
            .filter(run -> seeds.isEmpty() || seeds.contains(run.seed()))
            .toList();
    if (chosen.isEmpty()) {
      throw nothing(names);
    }
    Map<String, List<FinishedRun>> tasks =
        grouped(chosen, run -> run.results().task() + ", " + run.labelSpace().spelled());
    var comparisons = new ArrayList<Comparison>();
    for (List<FinishedRun> ofTask : tasks.values()) {
      requireSameValidation(ofTask);
      FinishedRun first = ofTask.get(0);
      comparisons.add(
          new Comparison(first.results().task(), first.labelSpace(), scores(ofTask, names)));
    }
    return List.copyOf(comparisons);
  }

  private RunFolderException nothing(List<String> names) {
    return new RunFolderException(
        folders.stream().map(Path::toString).collect(Collectors.joining("', '", "'", "'"))
            + (folders.size() == 1 ? " holds" : " hold")
            + " no finished run"
            + (names.isEmpty() ? "" : " of " + String.join(", ", names))
            + (unfinished.isEmpty() ? "" : "; not finished: " + names(unfinished))
            + (runs.isEmpty() ? "" : "; finished: " + names(paths(runs)))
            + ". Train first: the same command without --report-only and --runs, or reproduce");
  }

  private static List<MethodScores> scores(List<FinishedRun> runs, List<String> names) {
    Comparator<List<FinishedRun>> order =
        Comparator.comparing(
                (List<FinishedRun> one) -> !one.get(0).method().equals(Comparison.BASELINE))
            .thenComparing(one -> one.get(0).label());
    if (!names.isEmpty()) {
      order = Comparator.comparingInt(one -> place(one.get(0), names));
    }
    return labelled(runs).entrySet().stream()
        .sorted(Map.Entry.comparingByValue(order))
        .map(
            one ->
                new MethodScores(
                    one.getKey(),
                    one.getValue().stream()
                        .sorted(Comparator.comparingLong(FinishedRun::seed))
                        .toList()))
        .toList();
  }

  private static int place(FinishedRun run, List<String> names) {
    int place = names.indexOf(run.label());
    return place >= 0 ? place : names.indexOf(run.method());
  }

  /** Runs by their label, before which the folder stands where several have the same. */
  private static Map<String, List<FinishedRun>> labelled(List<FinishedRun> runs) {
    var labelled = new LinkedHashMap<String, List<FinishedRun>>();
    for (var label : grouped(runs, FinishedRun::label).entrySet()) {
      Map<String, List<FinishedRun>> folders =
          grouped(label.getValue(), run -> parent(run).toString());
      for (List<FinishedRun> ofFolder : folders.values()) {
        String folder =
            folders.size() == 1 ? "" : parent(ofFolder.get(0)).getFileName().toString() + "/";
        labelled.put(folder + label.getKey(), ofFolder);
      }
    }
    return labelled;
  }

  private static Path parent(FinishedRun run) {
    return run.directory().root().toAbsolutePath().normalize().getParent();
  }

  /** Numbers of other images do not belong into one table. */
  static void requireSameValidation(List<FinishedRun> runs) {
    Map<String, List<FinishedRun>> validation =
        grouped(runs, run -> run.provenance().datasets().getOrDefault("validation", ""));
    if (validation.size() > 1) {
      throw new RunFolderException(
          "the runs can't be compared: they differ in the validation data of the same task"
              + validation.entrySet().stream()
                  .map(e -> "\n  " + e.getKey() + ": " + names(paths(e.getValue())))
                  .collect(Collectors.joining())
              + "\nKeep the runs of each in a folder of their own (--out), or name --methods and"
              + " --seeds that belong together");
    }
  }

  private static Map<String, List<FinishedRun>> grouped(
      List<FinishedRun> runs, Function<FinishedRun, String> key) {
    return runs.stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
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
