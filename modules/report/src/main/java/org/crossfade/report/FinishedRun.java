package org.crossfade.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.options.RecordedOptions;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.Provenance;
import org.crossfade.training.run.RunCost;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;

/**
 * A run whose last training phase is over, as its folder says.
 *
 * @param directory its files
 * @param labelSpace classes of the task
 * @param results of every training phase, in order
 * @param provenance versions, commit, machine, command
 * @param options resolved, as HOCON text
 * @param history losses and evaluations
 * @param cost time and memory beside the results
 */
public record FinishedRun(
    RunDirectory directory,
    LabelSpace labelSpace,
    RunResults results,
    Provenance provenance,
    String options,
    MetricsHistory history,
    RunCost cost) {

  /**
   * {@return the run in a folder, or nothing if the last phase of its method is not over}
   *
   * @param folder of one run
   * @throws RunFolderException if another version wrote it and this one can't read it
   * @throws IOException if a file of the run cannot be read
   */
  public static Optional<FinishedRun> read(Path folder) throws IOException {
    var directory = new RunDirectory(folder);
    Optional<RunResults> results = RunResults.read(directory.results());
    if (results.isEmpty() || !Files.exists(directory.config())) {
      return Optional.empty();
    }
    ExperimentLoader loader = recorded(directory, results.get().method());
    List<String> phases =
        loader.method().phases().stream()
            .filter(TrainingPhase.class::isInstance)
            .map(phase -> phase.name())
            .toList();
    if (!results.get().phases().keySet().containsAll(phases)) {
      return Optional.empty();
    }
    return Optional.of(
        new FinishedRun(
            directory,
            loader.task().labelSpace(),
            results.get(),
            Json.read(directory.provenance(), Provenance.class),
            Files.readString(directory.config()),
            MetricsHistory.read(directory.metrics()),
            RunCost.read(folder)));
  }

  /** Returns the options that a run records. */
  static ExperimentLoader recorded(RunDirectory directory, String method) {
    RecordedOptions.require(directory.config(), method);
    return ExperimentLoader.ofRun(
        directory, new OptionSources(method, false, List.of(directory.config()), List.of()));
  }

  /** {@return whether it was evaluated yet; every finished run was} */
  public boolean scored() {
    return !scores().iou().isEmpty();
  }

  /** {@return the phases that were trained so far, in order} */
  public List<String> phases() {
    var phases = new LinkedHashSet<>(results.phases().keySet());
    phases.addAll(history.phases());
    return List.copyOf(phases);
  }

  /**
   * {@return how many iterations a phase has so far}
   *
   * @param phase that was trained
   */
  public long iterations(String phase) {
    RunResults.PhaseResult result = results.phases().get(phase);
    long logged =
        history.progressOf(phase).stream()
            .mapToLong(MetricsHistory.Progress::iteration)
            .max()
            .orElse(0);
    return result == null ? logged : result.iterations();
  }

  /**
   * {@return what the run is called in tables: its folder without the seed} That is the name of a
   * row where a table was reproduced, and the method's where methods were compared.
   */
  public String label() {
    String folder = directory.root().toAbsolutePath().normalize().getFileName().toString();
    String seed = "-seed" + seed();
    return folder.endsWith(seed) ? folder.substring(0, folder.length() - seed.length()) : folder;
  }

  /** {@return the method's name} */
  public String method() {
    return results.method();
  }

  /** {@return the seed} */
  public long seed() {
    return results.seed();
  }

  /** {@return the method's scores: those of its last phase} */
  public EvaluationResult scores() {
    return results.last().orElseThrow().evaluation();
  }

  /** {@return the iterations of all training phases} */
  public long iterations() {
    return results.phases().values().stream().mapToLong(RunResults.PhaseResult::iterations).sum();
  }

  /**
   * {@return the seconds of all phases, as if nothing was shared: a phase that was taken over
   * counts what it took where it was trained} Evaluations and passes over a data set are included.
   */
  public double seconds() {
    double training =
        results.phases().values().stream().mapToDouble(RunResults.PhaseResult::seconds).sum();
    double passes =
        cost.seconds().entrySet().stream()
            .filter(phase -> !results.phases().containsKey(phase.getKey()))
            .mapToDouble(phase -> phase.getValue())
            .sum();
    return training + passes;
  }
}
