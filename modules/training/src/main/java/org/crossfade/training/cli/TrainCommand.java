package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.loop.ConsoleProgress;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.loop.TrainingRun;
import org.crossfade.training.run.Format;
import org.crossfade.training.run.RunDirectory;

/** {@code train}: runs every phase of a method; resumes what the run's folder holds. */
@Parameters(commandDescription = "Train a method, all phases; resumes what the run folder holds")
public final class TrainCommand implements Command {
  @ParametersDelegate private final ExperimentArguments experiment = new ExperimentArguments();

  @Parameter(
      names = "--phase-cache",
      description = "Folder of finished phases that runs with the same beginning share")
  private String phaseCache;

  /** For {@link java.util.ServiceLoader}. */
  public TrainCommand() {}

  @Override
  public String verb() {
    return "train";
  }

  @Override
  public boolean helpAsked() {
    return experiment.helpAsked();
  }

  @Override
  public Optional<Path> workFolder() {
    return Optional.of(experiment.runFolder());
  }

  @Override
  public int run(List<String> typed) throws IOException {
    // Before its options are read: those of an older version may not be readable any more.
    Format.requireResumable(new RunDirectory(experiment.runFolder()));
    ExperimentLoader loader = experiment.load();
    Experiment loaded = loader.experiment(experiment.dataRoots(), experiment.weights());
    var run =
        new TrainingRun(
            loaded, experiment.runFolder(), Optional.ofNullable(phaseCache).map(Path::of));
    run.checkData();
    run.train(typed, new ConsoleProgress(experiment.method(), NativeProcess.isTerminal()));
    System.out.println(run.summary());
    return CommandLine.DONE;
  }
}
