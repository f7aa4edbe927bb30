package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.bench.BenchmarkResult;
import org.crossfade.training.bench.PhaseBenchmark;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.run.Json;

/** {@code benchmark}: time and memory of a training phase's iterations. */
@Parameters(
    commandDescription =
        "Measure iterations of one training phase: time, the loop's share, memory; trains nothing"
            + " that is kept")
final class BenchmarkCommand implements Command {
  @ParametersDelegate private final ExperimentArguments experiment = new ExperimentArguments();

  @Parameter(names = "--phase", description = "Which training phase", required = true)
  private String phase;

  @Parameter(names = "--iterations", description = "How many are measured, at least 1")
  private int iterations = 5;

  @Parameter(names = "--warm-up", description = "How many are run before and not counted")
  private int warmUp = 1;

  @Parameter(
      names = "--formula-weights",
      description =
          "Seed: weights and samples follow a formula that other programs can follow too, in"
              + " place of initialisers and data sets")
  private Long formulaSeed;

  @Parameter(names = "--json", description = "Also write the figures to this JSON file")
  private String json;

  @Override
  public boolean helpAsked() {
    return experiment.helpAsked();
  }

  @Override
  public int run() throws IOException {
    if (iterations < 1 || warmUp < 0) {
      throw new ParameterException(
          "--iterations must be at least 1 and --warm-up at least 0, found %d and %d"
              .formatted(iterations, warmUp));
    }
    ExperimentLoader loader = experiment.load();
    TrainingPhase measured = PhaseBenchmark.phase(loader.method(), phase);
    var benchmark =
        new PhaseBenchmark(
            experiment.method(),
            measured,
            loader.task().labelSpace(),
            loader.run(),
            formulaSeed == null ? OptionalLong.empty() : OptionalLong.of(formulaSeed));
    BenchmarkResult result =
        benchmark.measure(
            warmUp,
            iterations,
            domain ->
                loader.open(
                    domain == Domain.SOURCE ? loader.task().source() : loader.task().target(),
                    experiment.dataRoots()));
    System.out.println(result.render());
    if (json != null) {
      Json.write(Path.of(json).toAbsolutePath(), result);
    }
    return CommandLine.DONE;
  }
}
