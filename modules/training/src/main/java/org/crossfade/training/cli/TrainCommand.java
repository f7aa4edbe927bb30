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

/** {@code train}: runs every phase of a method; resumes what the run's folder holds. */
@Parameters(commandDescription = "Train a method, all phases; resumes what the run folder holds")
final class TrainCommand implements Command {
  private final List<String> typed;

  @ParametersDelegate private final ExperimentArguments experiment = new ExperimentArguments();

  @Parameter(
      names = "--phase-cache",
      description = "Folder of finished phases that runs with the same beginning share")
  private String phaseCache;

  /** Takes the whole command line, for the run's record. */
  TrainCommand(List<String> typed) {
    this.typed = typed;
  }

  @Override
  public boolean helpAsked() {
    return experiment.helpAsked();
  }

  @Override
  public int run() throws IOException {
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
