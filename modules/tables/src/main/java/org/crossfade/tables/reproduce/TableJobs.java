package org.crossfade.tables.reproduce;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.tables.series.RunSeries.Planned;
import org.crossfade.training.loop.TrainingRun;
import org.crossfade.training.run.Json;

/**
 * The independent jobs of a table, for a scheduler: one for each row and seed, and in front of them
 * one for each phase that several of them begin with. Phases that runs share later on are trained
 * once, too: their jobs wait for one another.
 *
 * @param jobs the shared phases first
 */
public record TableJobs(List<Job> jobs) {
  /**
   * What one process does.
   *
   * @param job its place, from 0
   * @param kind {@code phase} or {@code run}
   * @param row its row
   * @param seed of the run
   * @param phase the shared phase, of a job that trains one
   * @param after the jobs that are to be finished before it begins
   * @param command words behind the name of the program
   */
  public record Job(
      int job,
      String kind,
      String row,
      long seed,
      Optional<String> phase,
      List<Integer> after,
      List<String> command) {}

  /** Gives the words that train one run, all of it or up to a phase. */
  @FunctionalInterface
  interface Words {
    /** Returns the words behind the name of the program. */
    List<String> of(String row, long seed, Optional<String> until);
  }

  private record Run(String row, long seed) {}

  /** A row's controls are made by the row's own job. */
  static String row(Planned planned) {
    return Splitter.on('.').splitToList(planned.subject().name()).get(0);
  }

  /**
   * Returns the jobs of planned runs. Which runs begin alike is the same for every seed, and found
   * for the first one.
   */
  static TableJobs of(List<Planned> planned, Words words) throws IOException {
    var runs = new LinkedHashSet<Run>();
    planned.forEach(one -> runs.add(new Run(row(one), one.seed())));
    long firstSeed = planned.get(0).seed();
    Map<TrainingRun.Beginning, LinkedHashSet<String>> sharing = new LinkedHashMap<>();
    Map<String, List<TrainingRun.Beginning>> beginnings = new LinkedHashMap<>();
    for (Planned one : planned) {
      Optional<TrainingRun.Beginning> beginning =
          one.seed() == firstSeed ? one.run().beginning() : Optional.empty();
      if (beginning.isPresent()) {
        sharing.computeIfAbsent(beginning.get(), b -> new LinkedHashSet<>()).add(row(one));
        beginnings.computeIfAbsent(row(one), r -> new ArrayList<>()).add(beginning.get());
      }
    }
    var jobs = new ArrayList<Job>();
    Map<String, Integer> phaseJobs = new LinkedHashMap<>();
    List<Long> seeds = runs.stream().map(Run::seed).distinct().toList();
    for (long seed : seeds) {
      sharing.forEach(
          (beginning, rows) -> {
            if (rows.size() > 1) {
              String row = rows.iterator().next();
              Optional<String> phase = Optional.of(beginning.name());
              phaseJobs.put(beginning.key() + seed, jobs.size());
              jobs.add(
                  new Job(
                      jobs.size(),
                      "phase",
                      row,
                      seed,
                      phase,
                      List.of(),
                      words.of(row, seed, phase)));
            }
          });
    }
    for (Run run : runs) {
      List<Integer> after =
          beginnings.getOrDefault(run.row(), List.of()).stream()
              .map(beginning -> phaseJobs.get(beginning.key() + run.seed()))
              .filter(job -> job != null)
              .distinct()
              .toList();
      jobs.add(
          new Job(
              jobs.size(),
              "run",
              run.row(),
              run.seed(),
              Optional.empty(),
              after,
              words.of(run.row(), run.seed(), Optional.empty())));
    }
    return new TableJobs(List.copyOf(jobs));
  }

  /** Returns one line of JSON for each job. */
  String lines() {
    var lines = new ArrayList<String>();
    jobs.forEach(job -> lines.add(Json.line(job)));
    return String.join("\n", lines);
  }
}
