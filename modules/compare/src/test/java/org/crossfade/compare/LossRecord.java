package org.crossfade.compare;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.datasets.DataRoots;
import org.crossfade.methodtest.MethodContract;
import org.crossfade.report.MetricsHistory;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.loop.TrainingRun;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.session.WeightFiles;

/**
 * Writes the losses of 20 iterations of every phase of every method in its small form, on one
 * thread, and the hash of the weights that they end at: two states of the code that compute the
 * same write the same file, byte for byte, on one kind of processor. A refactoring is shown so.
 *
 * <p>Arguments: the file; then methods, or none for all.
 */
final class LossRecord {
  private static final int ITERATIONS = 20;

  private LossRecord() {}

  /** Writes the file. */
  public static void main(String[] arguments) throws IOException {
    List<String> methods = List.of(arguments).subList(1, arguments.length);
    Path file = Path.of(arguments[0]).toAbsolutePath();
    Files.createDirectories(file.getParent());
    try (var out = new PrintWriter(Files.newBufferedWriter(file))) {
      for (String method : methods.isEmpty() ? Subjects.methodsOnStreets() : methods) {
        record(method, out);
        out.flush();
      }
    }
  }

  private static void record(String method, PrintWriter out) throws IOException {
    var loader =
        new ExperimentLoader(
            MethodContract.small(
                method,
                List.of(),
                ITERATIONS,
                "run.seed = 3",
                "run.evaluate-every = 0",
                "run.feature-map-cells = 0",
                "run.class-center-distance = false",
                "run.sample-images = 0"));
    Path folder = Files.createTempDirectory("losses");
    new TrainingRun(
            loader.experiment(DataRoots.parse(List.of(), Map.of()), WeightFiles.NONE),
            folder,
            Optional.empty())
        .train(List.of("losses"));
    var run = new RunDirectory(folder);
    for (MetricsHistory.Progress line : MetricsHistory.read(run.metrics()).progress()) {
      line.losses()
          .forEach(
              (term, value) ->
                  out.printf(
                      "%s %s %d %s %s%n", method, line.phase(), line.iteration(), term, value));
    }
    for (Phase phase : loader.method().phases()) {
      if (phase instanceof TrainingPhase) {
        out.printf(
            "%s %s weights %s%n",
            method, phase.name(), Checkpoint.fingerprint(run.phase(phase.name())));
      }
    }
    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
