package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import com.beust.jcommander.Parameters;
import com.beust.jcommander.ParametersDelegate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.loop.ConsoleProgress;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.loop.StoppedException;
import org.crossfade.training.loop.TrainingDivergedException;
import org.crossfade.training.loop.TrainingRun;
import org.crossfade.training.run.Format;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.training.workers.Cluster;
import org.crossfade.training.workers.WorkerGroup;
import org.tensorflow.proto.ConfigProto;

/** {@code train}: runs every phase of a method; resumes what the run's folder holds. */
@Parameters(commandDescription = "Train a method, all phases; resumes what the run folder holds")
public final class TrainCommand implements Command {
  @ParametersDelegate private final ExperimentArguments experiment = new ExperimentArguments();

  @Parameter(
      names = "--phase-cache",
      description = "Folder of finished phases that runs with the same beginning share")
  private String phaseCache;

  @ParametersDelegate private final WorkerArguments workers = new WorkerArguments();

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
    if (workers.local() > 0) {
      WorkerArguments.requireShared(experiment.method());
      var folder = new RunDirectory(experiment.runFolder());
      return new LocalWorkers(typed, workers.local(), folder).run();
    }
    ExperimentLoader loader = experiment.load();
    Experiment loaded = loader.experiment(experiment.dataRoots(), experiment.weights());
    Optional<Cluster> cluster = workers.cluster();
    if (cluster.isPresent()) {
      if (phaseCache != null) {
        throw new ParameterException("several workers share no --phase-cache with other runs yet");
      }
      WorkerArguments.requireShared(experiment.method());
      TrainingRun.requireShareable(loaded, cluster.get().place());
      ConfigProto config = PhaseSession.config(loaded.run().threads(), loaded.run().onDevice());
      try (WorkerGroup own = workers.join(cluster.get(), config)) {
        together(own, TrainingRun.of(loaded, experiment.runFolder(), own), typed);
      }
    } else {
      train(
          new TrainingRun(
              loaded, experiment.runFolder(), Optional.ofNullable(phaseCache).map(Path::of)),
          typed);
    }
    return CommandLine.DONE;
  }

  private void together(WorkerGroup group, TrainingRun run, List<String> typed) throws IOException {
    try {
      train(run, typed);
    } catch (StoppedException | TrainingDivergedException e) {
      // All have come to it: none goes before the first has saved.
      group.leave();
      throw e;
    }
    group.leave();
  }

  private void train(TrainingRun run, List<String> typed) throws IOException {
    run.checkData();
    run.train(typed, new ConsoleProgress(experiment.method(), NativeProcess.isTerminal()));
    System.out.println(run.summary());
  }
}
