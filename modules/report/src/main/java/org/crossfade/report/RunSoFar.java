package org.crossfade.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.Provenance;
import org.crossfade.training.run.RunCost;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.run.RunLock;

/**
 * A run as far as it has come.
 *
 * @param run what it would be if it ended here; {@link FinishedRun#scored} says whether it was
 *     evaluated
 * @param state whether it is being trained
 * @param phase that it is in
 * @param iteration of that phase that was logged last
 * @param iterations of that phase
 */
public record RunSoFar(
    FinishedRun run, State state, String phase, long iteration, long iterations) {
  /** What becomes of a run. */
  public enum State {
    /** A process trains it. */
    TRAINING,
    /** No process trains it, and its last phase is not over. */
    STOPPED,
    /** Its last phase is over. */
    FINISHED
  }

  /**
   * Reads a run's folder, which another process may be writing to.
   *
   * @param folder of one run
   * @return the run as far as it has come
   * @throws RunFolderException if it holds no run, or another version wrote it and this one can't
   *     read it
   * @throws IOException if a file of the run cannot be read
   */
  public static RunSoFar read(Path folder) throws IOException {
    var directory = new RunDirectory(folder);
    if (!Files.isRegularFile(directory.config()) || !Files.exists(directory.provenance())) {
      throw new RunFolderException(
          folder + ": expected the folder of a run, found no config.conf and run.json in it");
    }
    // Asked first: what ends between the two questions is finished, and not stopped.
    boolean training = RunLock.holder(folder).isPresent();
    Optional<FinishedRun> finished = FinishedRun.read(folder);
    if (finished.isPresent()) {
      String last = finished.get().scores().phase();
      long iterations = finished.get().iterations(last);
      return new RunSoFar(finished.get(), State.FINISHED, last, iterations, iterations);
    }
    Provenance provenance = Json.read(directory.provenance(), Provenance.class);
    ExperimentLoader loader = FinishedRun.recorded(directory, provenance.method());
    List<TrainingPhase> phases =
        loader.method().phases().stream()
            .filter(TrainingPhase.class::isInstance)
            .map(TrainingPhase.class::cast)
            .toList();
    MetricsHistory history = MetricsHistory.readGrowing(directory.metrics());
    RunResults done =
        RunResults.read(directory.results())
            .orElse(
                new RunResults(
                    provenance.method(),
                    loader.task().name(),
                    provenance.seed(),
                    loader.run().selection().key(),
                    Optional.of(loader.run().precision().key()),
                    Map.of()));
    TrainingPhase now =
        phases.stream()
            .filter(phase -> !done.phases().containsKey(phase.name()))
            .findFirst()
            .orElseThrow();
    var run =
        new FinishedRun(
            directory,
            loader.task().labelSpace(),
            withPhase(done, now.name(), history),
            provenance,
            Files.readString(directory.config()),
            history,
            RunCost.read(folder));
    return new RunSoFar(
        run,
        training ? State.TRAINING : State.STOPPED,
        now.name(),
        run.history().progressOf(now.name()).stream()
            .mapToLong(MetricsHistory.Progress::iteration)
            .max()
            .orElse(0),
        now.iterations());
  }

  /** The phase that is under way counts as if it ended at its last evaluation. */
  private static RunResults withPhase(RunResults done, String phase, MetricsHistory history) {
    Optional<MetricsHistory.Evaluation> last =
        history.evaluationsOf(phase).stream().reduce((first, second) -> second);
    if (last.isEmpty() && !done.phases().isEmpty()) {
      return done;
    }
    double seconds =
        history.progressOf(phase).stream()
            .mapToDouble(MetricsHistory.Progress::seconds)
            .max()
            .orElse(0);
    int images = done.last().map(result -> result.evaluation().images()).orElse(0);
    EvaluationResult evaluation =
        last.map(e -> result(e, images)).orElse(result(nothing(phase), images));
    return done.with(
        phase, new RunResults.PhaseResult(evaluation.iteration(), seconds, false, evaluation));
  }

  private static MetricsHistory.Evaluation nothing(String phase) {
    return new MetricsHistory.Evaluation(phase, 0, 0, Map.of(), Map.of(), 0, Map.of());
  }

  private static EvaluationResult result(MetricsHistory.Evaluation e, int images) {
    return new EvaluationResult(
        e.phase(),
        e.iteration(),
        images,
        e.miou(),
        e.iou(),
        e.groups(),
        e.pixelAccuracy(),
        List.of(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        e.metrics());
  }

  /** {@return one sentence on where it is} */
  public String sentence() {
    String place = "phase %s, iteration %d of %d".formatted(phase, iteration, iterations);
    return switch (state) {
      case TRAINING -> "Training: " + place + ".";
      case STOPPED -> "Stopped in " + place + "; nobody trains it now.";
      case FINISHED -> "Finished.";
    };
  }
}
