package org.crossfade.benchmark;

import static java.util.stream.Collectors.joining;

import com.beust.jcommander.IStringConverter;
import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.cli.Command;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.ExperimentArguments;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.run.Json;

/** {@code benchmark}: time and memory of a training phase's iterations, or of another work. */
@Parameters(
    commandDescription =
        "Measure iterations of a training phase, or another work of a method: time, the loop's"
            + " share, memory; trains nothing that is kept")
public final class BenchmarkCommand implements Command {
  @ParametersDelegate private final ExperimentArguments experiment = new ExperimentArguments();

  /** What can be measured. */
  enum Work {
    /** Iterations of a training phase. */
    TRAINING,
    /** The network's forward pass. */
    FORWARD,
    /** An evaluation of the validation images. */
    EVALUATION,
    /** The streams of a training phase. */
    DATA,
    /** Reading published weights. */
    IMPORT
  }

  @Parameter(
      names = "--work",
      description =
          "What: training (iterations of a phase), forward (one image of the size that the method"
              + " evaluates at), evaluation (of the validation images), data (the streams of a"
              + " phase), import (of --weights)",
      converter = WorkArgument.class)
  private Work work = Work.TRAINING;

  @Parameter(names = "--phase", description = "Which training phase, for training and data")
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

  /** For {@link java.util.ServiceLoader}. */
  public BenchmarkCommand() {}

  @Override
  public String verb() {
    return "benchmark";
  }

  @Override
  public boolean helpAsked() {
    return experiment.helpAsked();
  }

  @Override
  public int run(List<String> typed) throws IOException {
    if (iterations < 1 || warmUp < 0) {
      throw new ParameterException(
          "--iterations must be at least 1 and --warm-up at least 0, found %d and %d"
              .formatted(iterations, warmUp));
    }
    ExperimentLoader loader = experiment.load();
    BenchmarkResult result =
        switch (work) {
          case TRAINING ->
              new PhaseBenchmark(
                      experiment.method(),
                      phase(loader),
                      loader.task().labelSpace(),
                      loader.run(),
                      formulaSeed == null ? OptionalLong.empty() : OptionalLong.of(formulaSeed))
                  .measure(warmUp, iterations, datasets(loader));
          case DATA ->
              new DataBenchmark(experiment.method(), phase(loader), loader.run())
                  .measure(warmUp, iterations, datasets(loader));
          case FORWARD -> model(loader).forward(warmUp, iterations);
          case EVALUATION ->
              model(loader)
                  .evaluation(
                      loader.open(loader.task().validation(), experiment.dataRoots()),
                      warmUp,
                      iterations);
          case IMPORT -> model(loader).weightImport(experiment.weightFile(), warmUp, iterations);
        };
    System.out.println(result.render());
    if (json != null) {
      Json.write(Path.of(json).toAbsolutePath(), result);
    }
    return CommandLine.DONE;
  }

  private TrainingPhase phase(ExperimentLoader loader) {
    if (phase == null) {
      throw new ParameterException("which training phase? Give --phase");
    }
    return PhaseBenchmark.phase(loader.method(), phase);
  }

  private ModelBenchmark model(ExperimentLoader loader) {
    long seed = formulaSeed == null ? loader.run().seed() : formulaSeed;
    return new ModelBenchmark(experiment.method(), loader.method(), loader.run(), seed);
  }

  private Function<Domain, Dataset> datasets(ExperimentLoader loader) {
    return domain ->
        loader.open(
            domain == Domain.SOURCE ? loader.task().source() : loader.task().target(),
            experiment.dataRoots());
  }

  /** Reads the name of a work. */
  static final class WorkArgument implements IStringConverter<Work> {
    @Override
    public Work convert(String name) {
      return Stream.of(Work.values())
          .filter(work -> work.name().toLowerCase(Locale.ROOT).equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new ParameterException(
                      "no work '"
                          + name
                          + "'; there are "
                          + Stream.of(Work.values())
                              .map(work -> work.name().toLowerCase(Locale.ROOT))
                              .collect(joining(", "))));
    }
  }
}
