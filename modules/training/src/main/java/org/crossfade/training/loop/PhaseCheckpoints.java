package org.crossfade.training.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.options.RunOptions.ModelSelection;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.training.session.PhaseStreams;

/** Where one phase starts, and what it saves. */
final class PhaseCheckpoints {
  private static final int NAMES_SHOWN = 8;

  private final Experiment experiment;
  private final TrainingPhase phase;
  private final RunDirectory run;
  private final PhaseSession session;
  private final Optional<SelectedSamples> selected;
  private final LoopState.Origin origin;

  private final long started = System.nanoTime();
  private double secondsBefore;
  private LoopState.Evaluations evaluations = LoopState.Evaluations.NONE;

  PhaseCheckpoints(
      Experiment experiment,
      TrainingPhase phase,
      RunDirectory run,
      PhaseSession session,
      Optional<SelectedSamples> selected,
      LoopState.Origin origin) {
    this.experiment = experiment;
    this.phase = phase;
    this.run = run;
    this.session = session;
    this.selected = selected;
    this.origin = origin;
  }

  /**
   * Restores the latest checkpoint and returns its state, or gives variables their first values.
   */
  Optional<LoopState> start() throws IOException {
    List<Path> checkpoints = run.checkpoints(phase.name());
    if (checkpoints.isEmpty()) {
      session.initialise(
          phase.initialWeights(),
          run,
          experiment
              .weights()
              .file()
              .map(file -> PhaseSession.Pretrained.of(file, phase.segmenter())));
      return Optional.empty();
    }
    LoopState state =
        new ResumeCheck(origin)
            .restoreLatest(
                checkpoints,
                folder ->
                    session.checkpoint().restore(session.session(), session.variables(), folder));
    selected.ifPresent(samples -> state.selection().ifPresent(samples::resume));
    secondsBefore = state.place().seconds();
    evaluations = evaluationsBefore(state);
    return Optional.of(state);
  }

  /** The best weights lie beside the latest ones and may be newer: they say themselves. */
  private LoopState.Evaluations evaluationsBefore(LoopState latest) {
    if (experiment.run().selection() != ModelSelection.BEST_ON_VALIDATION) {
      return latest.evaluations();
    }
    Path best = run.best(phase.name());
    return latest
        .evaluations()
        .withBestOf(
            Checkpoint.exists(best)
                ? Checkpoint.state(best).evaluations()
                : LoopState.Evaluations.NONE);
  }

  /** Saves the running phase; the oldest checkpoints beyond those to keep are deleted. */
  void save(PhaseStreams streams, Meter meter, long done) throws IOException {
    write(run.checkpoint(phase.name(), done), state(streams, meter, done, false));
    run.prune(phase.name(), experiment.run().keepCheckpoints());
  }

  /** Notes a score, and keeps the weights where they are the best so far and that is asked for. */
  void scored(EvaluationResult result, PhaseStreams streams, Meter meter, long done) {
    boolean better = result.miou() > evaluations.bestScore();
    evaluations = evaluations.and(done, result.miou());
    if (better && experiment.run().selection() == ModelSelection.BEST_ON_VALIDATION) {
      write(run.best(phase.name()), state(streams, meter, done, false));
    }
  }

  /** Returns whether the evaluation after {@code done} iterations was made. */
  boolean evaluated(long done) {
    return evaluations.latest() == done;
  }

  /**
   * Restores the best weights where they are asked for and not the last; returns their place.
   *
   * @param end the phase's last iteration
   */
  Optional<Long> selectBest(long end) {
    if (experiment.run().selection() != ModelSelection.BEST_ON_VALIDATION
        || evaluations.best() < 0
        || evaluations.best() == end) {
      return Optional.empty();
    }
    session.checkpoint().restore(session.session(), session.variables(), run.best(phase.name()));
    return Optional.of(evaluations.best());
  }

  /** Saves the end of the phase; its running checkpoints are deleted. */
  void saveEnd(PhaseStreams streams, Meter meter, long end) throws IOException {
    write(run.phase(phase.name()), state(streams, meter, end, true));
    run.deleteCheckpoints(phase.name());
  }

  /** Returns seconds spent in the phase, by all processes that ran it. */
  double seconds() {
    return secondsBefore + (System.nanoTime() - started) / 1e9;
  }

  private void write(Path folder, LoopState state) {
    List<String> broken = session.checkpoint().notFinite(session.session(), session.variables());
    if (!broken.isEmpty()) {
      throw diverged(
          state.iteration(),
          broken.size()
              + " variables hold values that are not finite: "
              + String.join(", ", broken.stream().limit(NAMES_SHOWN).toList())
              + (broken.size() > NAMES_SHOWN ? ", ..." : ""));
    }
    session.checkpoint().save(session.session(), session.variables(), state, folder);
  }

  /**
   * Returns the exception to end with; nothing is saved after it.
   *
   * @param iteration from 1
   * @param what is not finite
   */
  TrainingDivergedException diverged(long iteration, String what) {
    String kept;
    try {
      kept =
          run.latestCheckpoint(phase.name())
              .map(folder -> "The last good checkpoint is kept: " + folder)
              .orElse("No checkpoint of this phase was written yet");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TrainingDivergedException(
        "phase '"
            + phase.name()
            + "', iteration "
            + iteration
            + ": "
            + what
            + ". "
            + kept
            + ". Lower the learning rate, and train in another run folder");
  }

  private LoopState state(PhaseStreams streams, Meter meter, long done, boolean finished) {
    return new LoopState(
        new LoopState.Place(phase.name(), done, finished, seconds()),
        streams.positions(),
        evaluations,
        meter.sums(),
        selected.map(SelectedSamples::state),
        origin);
  }
}
