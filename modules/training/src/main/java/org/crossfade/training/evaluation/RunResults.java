package org.crossfade.training.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.graph.Precision;
import org.crossfade.training.run.Json;

/**
 * The evaluation at the end of every training phase that is finished.
 *
 * @param method name
 * @param task name
 * @param seed of the run
 * @param selection which weights a phase handed on
 * @param precision of the products of layers, empty in folders from before there was a choice
 * @param phases by name, in order
 */
public record RunResults(
    String method,
    String task,
    long seed,
    String selection,
    Optional<String> precision,
    Map<String, PhaseResult> phases) {

  /**
   * One phase.
   *
   * @param iterations its length
   * @param seconds that it took, evaluation included, summed over the processes that ran it
   * @param reused whether it was taken over, finished, from another run
   * @param evaluation at its end
   */
  public record PhaseResult(
      long iterations, double seconds, boolean reused, EvaluationResult evaluation) {}

  /** Returns these results with one phase added or replaced. */
  public RunResults with(String phase, PhaseResult result) {
    var all = new LinkedHashMap<>(phases);
    all.put(phase, result);
    return new RunResults(method, task, seed, selection, precision, all);
  }

  /** Returns the precision as in options. */
  public String precisionKey() {
    return precision.orElse(Precision.FLOAT32.key());
  }

  /** Returns the last phase's result: the method's. */
  public Optional<PhaseResult> last() {
    return phases.values().stream().reduce((first, second) -> second);
  }

  /** Returns what a file holds, or nothing if it is not there. */
  public static Optional<RunResults> read(Path file) throws IOException {
    return Files.exists(file) ? Optional.of(Json.read(file, RunResults.class)) : Optional.empty();
  }
}
