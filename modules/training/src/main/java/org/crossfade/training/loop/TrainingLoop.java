package org.crossfade.training.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.run.ArtefactFolder;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.workers.WorkerGroup;

/**
 * Runs the phases of a method, in order. What is finished in the run's folder is skipped, what was
 * cut off goes on.
 */
public final class TrainingLoop {
  private final Experiment experiment;
  private final RunDirectory run;
  private final PhaseCache cache;
  private final TrainingListener listener;
  private final StopSignal stop;
  private final Optional<WorkerGroup> group;

  /**
   * Prepares a run.
   *
   * @param cache finished phases of other runs
   */
  public TrainingLoop(
      Experiment experiment,
      RunDirectory run,
      PhaseCache cache,
      TrainingListener listener,
      StopSignal stop) {
    this(experiment, run, cache, listener, stop, Optional.empty());
  }

  /**
   * Prepares a run of several workers, or of this process alone.
   *
   * @param cache finished phases of other runs
   * @param group this process's, where it is not alone
   */
  TrainingLoop(
      Experiment experiment,
      RunDirectory run,
      PhaseCache cache,
      TrainingListener listener,
      StopSignal stop,
      Optional<WorkerGroup> group) {
    this.group = group;
    this.experiment = experiment;
    this.run = run;
    this.cache = cache;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * Runs every phase to its end.
   *
   * @throws StoppedException if the user stopped it; everything is saved
   * @throws TrainingDivergedException if a loss is not finite
   * @throws RunFolderException if a checkpoint can't be written or does not fit
   */
  public void run() throws IOException {
    run(Optional.empty());
  }

  /**
   * Runs every phase up to {@code until}, that one included, or to the last.
   *
   * @throws IllegalArgumentException if there is no such phase
   * @throws StoppedException if the user stopped it; everything is saved
   * @throws PhaseTakenException if another process trains a phase, and the cache does not wait
   */
  void run(Optional<String> until) throws IOException {
    List<Phase> phases = upTo(until, experiment.method().phases());
    Map<String, String> artefacts = new LinkedHashMap<>();
    try {
      for (Phase phase : phases) {
        if (phase instanceof TrainingPhase training) {
          train(training, Map.copyOf(artefacts));
        } else if (phase instanceof DatasetPass pass) {
          String hash = artefact(pass);
          group.ifPresent(g -> g.requireSameState("the artefact '" + pass.name() + "'", hash));
          artefacts.put(pass.name(), hash);
        }
      }
    } finally {
      listener.ended();
    }
  }

  private static List<Phase> upTo(Optional<String> until, List<Phase> phases) {
    requireUniqueNames(phases);
    List<String> names = phases.stream().map(Phase::name).toList();
    int last = until.map(names::indexOf).orElse(phases.size() - 1);
    if (last < 0) {
      throw new IllegalArgumentException(
          "the method has no phase '" + until.orElseThrow() + "'; there are " + names);
    }
    return phases.subList(0, last + 1);
  }

  private static void requireUniqueNames(List<Phase> phases) {
    var names = new HashSet<String>();
    for (Phase phase : phases) {
      if (!names.add(phase.name())) {
        throw new IllegalStateException(
            "the method has two phases '" + phase.name() + "'; give each a name of its own");
      }
    }
  }

  private void train(TrainingPhase phase, Map<String, String> artefacts) throws IOException {
    Path end = run.phase(phase.name());
    if (Checkpoint.exists(end)) {
      LoopState.Origin own = PhaseStarts.of(phase, run).in(experiment.origin(artefacts));
      new ResumeCheck(own).requireOwnEnd(end);
      if (recorded(phase.name())) {
        run.deleteCheckpoints(phase.name());
        listener.phaseFinished(phase.name(), true);
        return;
      }
      // Finished, but nothing says with which result: it is evaluated again.
      run.reopen(phase.name(), Checkpoint.state(end).iteration());
    }
    new PhaseTrainer(experiment, phase, run, cache, listener, stop, artefacts, group).run();
    listener.phaseFinished(phase.name(), false);
  }

  private boolean recorded(String phase) throws IOException {
    return RunResults.read(run.results()).map(r -> r.phases().containsKey(phase)).orElse(false);
  }

  private String artefact(DatasetPass pass) throws IOException {
    Path file = run.artefactRecord(pass.name());
    if (!Files.exists(file)) {
      String hash = new PassRunner(experiment, pass, run, listener, stop).run().sha256();
      listener.phaseFinished(pass.name(), false);
      return hash;
    }
    ArtefactFolder.Inventory recorded = Json.read(file, ArtefactFolder.Inventory.class);
    ArtefactFolder.Inventory found =
        ArtefactFolder.inventory(
            run.artefact(pass.name()), PhaseStarts.of(pass, run).fingerprints());
    if (!recorded.starts().equals(found.starts())) {
      throw new RunFolderException(
          "the artefact '"
              + run.artefact(pass.name())
              + "' was made with other weights than those in the run folder: "
              + recorded.starts().keySet()
              + " was trained anew since. Delete '"
              + file
              + "' to compute it anew");
    }
    if (!recorded.equals(found)) {
      throw new RunFolderException(
          "the artefact '"
              + run.artefact(pass.name())
              + "' has changed since it was written: "
              + recorded.files()
              + " files then, "
              + found.files()
              + " now. Delete '"
              + file
              + "' to compute it anew");
    }
    listener.phaseFinished(pass.name(), true);
    return recorded.sha256();
  }
}
