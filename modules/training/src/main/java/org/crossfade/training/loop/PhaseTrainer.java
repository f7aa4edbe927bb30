package org.crossfade.training.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.crossfade.core.method.LossScale;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.Evaluator;
import org.crossfade.training.evaluation.InferenceGraph;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.evaluation.RunResults.PhaseResult;
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.SelectionState;
import org.crossfade.training.session.CompiledPhase;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.training.session.PhaseStreams;
import org.crossfade.training.session.StepLosses;
import org.crossfade.training.workers.WorkerGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one training phase: draws, runs, logs, evaluates, saves. */
final class PhaseTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(PhaseTrainer.class);

  private final Experiment experiment;
  private final TrainingPhase phase;
  private final RunDirectory run;
  private final PhaseCache cache;
  private final TrainingListener listener;
  private final StopSignal stop;
  private final Map<String, String> artefacts;
  private final PhaseData data;
  private final PhaseTeam team;

  /**
   * Prepares a phase.
   *
   * @param cache finished phases of other runs
   * @param artefacts hash of every artefact that earlier passes left
   * @param group this process's, where several workers train
   */
  PhaseTrainer(
      Experiment experiment,
      TrainingPhase phase,
      RunDirectory run,
      PhaseCache cache,
      TrainingListener listener,
      StopSignal stop,
      Map<String, String> artefacts,
      Optional<WorkerGroup> group) {
    this.team = new PhaseTeam(group, phase.name(), stop);
    this.experiment = experiment;
    this.phase = phase;
    this.run = run;
    this.cache = cache;
    this.listener = listener;
    this.stop = stop;
    this.artefacts = artefacts;
    this.data = new PhaseData(experiment, phase, run, artefacts);
  }

  /** What a phase works with while it runs. */
  private record Work(
      CompiledPhase compiled,
      Optional<SelectedSamples> selected,
      Evaluator evaluator,
      PhaseCheckpoints checkpoints,
      Meter meter) {
    PhaseSession session() {
      return compiled.session();
    }

    PhaseStreams streams() {
      return compiled.streams();
    }
  }

  /** What a phase computes, before it is known where its variables start. */
  private record Built(
      CompiledPhase compiled,
      Optional<SelectedSamples> selected,
      String summary,
      Evaluator evaluator,
      String key)
      implements AutoCloseable {
    @Override
    public void close() {
      compiled.close();
    }
  }

  private Built build() throws IOException {
    var compiled = new CompiledPhase(phase, experiment.run(), scheduled(phase, run), team.group());
    try {
      Optional<SelectedSamples> selected = phase.selection().map(s -> selected(compiled));
      String summary = Coverage.check(compiled);
      var evaluator =
          new Evaluator(
                  experiment.data().validation(),
                  experiment.run(),
                  inferenceGraph(compiled.session()))
              .stoppedBy(stop::requested);
      String key = PhaseCache.key(experiment, compiled, run, artefacts);
      return new Built(compiled, selected, summary, evaluator, key);
    } catch (IOException | RuntimeException e) {
      compiled.close();
      throw e;
    }
  }

  /** Returns the hash of all that determines what the phase computes; trains nothing. */
  String key() throws IOException {
    try (Built built = build()) {
      return built.key();
    }
  }

  /**
   * Trains to the end of the phase, from its latest checkpoint where there is one.
   *
   * @throws PhaseTakenException if another process trains the same, and the cache does not wait
   */
  void run() throws IOException {
    try (Built built = build()) {
      boolean anew = run.checkpoints(phase.name()).isEmpty();
      if (anew && takeOver(built.key())) {
        return;
      }
      Optional<PhaseLease> lease =
          anew
              ? cache.lease(built.key(), phase.name(), stop::requested)
              : cache.leaseIfFree(built.key());
      try {
        // It may have been finished while this run waited.
        if (!(anew && takeOver(built.key()))) {
          run(built);
          cache.put(built.key(), run, phase.name());
        }
      } finally {
        lease.ifPresent(PhaseLease::close);
      }
    }
  }

  private void run(Built built) throws IOException {
    CompiledPhase compiled = built.compiled();
    Optional<SelectedSamples> selected = built.selected();
    var checkpoints =
        new PhaseCheckpoints(experiment, phase, run, compiled.session(), selected, origin());
    Optional<LoopState> resumed = checkpoints.start();
    long first = resumed.map(LoopState::iteration).orElse(0L);
    listener.phaseStarted(phase.name(), first, phase.iterations(), built.summary());
    data.open(compiled, selected, resumed);
    var meter = new Meter(phase, resumed);
    var work = new Work(compiled, selected, built.evaluator(), checkpoints, meter);
    team.requireSameState(compiled.session(), first);
    finish(work, first, train(work, first));
  }

  private LoopState.Origin origin() throws IOException {
    return PhaseStarts.of(phase, run).in(experiment.origin(artefacts));
  }

  /** Returns the iteration of the schedules at the phase's first one. */
  private static long scheduled(TrainingPhase phase, RunDirectory run) {
    if (phase.continued().isEmpty()) {
      return 0;
    }
    Path end = run.phase(phase.continued().get());
    if (!Checkpoint.exists(end)) {
      throw new IllegalStateException(
          "phase '%s' goes on where phase '%s' ended, which does not come before it"
              .formatted(phase.name(), phase.continued().get()));
    }
    return Checkpoint.state(end).iteration();
  }

  private SelectedSamples selected(CompiledPhase compiled) {
    StreamRequest request = phase.stream(phase.selection().orElseThrow().stream());
    return new SelectedSamples(compiled, data.dataset(request), experiment.run().seed());
  }

  private InferenceGraph inferenceGraph(PhaseSession session) {
    return new InferenceGraph(
        session.tf(),
        phase.segmenter(),
        session.context().parameters(TrainingPhase.SEGMENTER, phase.segmenter()),
        phase.inference());
  }

  /** Runs iterations to the end of the phase; returns how many it has then. */
  private long train(Work work, long first) throws IOException {
    RunOptions options = experiment.run();
    boolean more = first < phase.iterations() && goesOn(work, first);
    if (work.meter().recorded() < first && (first % options.logEvery() == 0 || !more)) {
      // Stopped in a selection, which comes before the record.
      listener.progressed(work.meter().progress(first, work.compiled().rates(first - 1)));
    }
    if (more && first > 0 && evaluationIsDue(first) && !work.checkpoints().evaluated(first)) {
      // Stopped in that evaluation; without one it was made before the checkpoint.
      evaluate(work, first);
    }
    long done = first;
    while (more) {
      iterate(work, done);
      done++;
      team.iterated(work.session(), done);
      listener.iterated(phase.name(), done, phase.iterations());
      more = done < phase.iterations() && goesOn(work, done);
      if (done % options.logEvery() == 0 || !more) {
        listener.progressed(work.meter().progress(done, work.compiled().rates(done - 1)));
      }
      if (!more) {
        break;
      }
      if (evaluationIsDue(done)) {
        evaluate(work, done);
      }
      boolean stopped = stop.requested();
      if (stopped || done % options.checkpointEvery() == 0) {
        save(work, done);
      }
      if (stopped) {
        throw stopped(done);
      }
    }
    return done;
  }

  /** Selects samples where an epoch is over; returns whether enough are left to go on. */
  private boolean goesOn(Work work, long done) throws IOException {
    if (work.selected().isEmpty()) {
      return true;
    }
    SelectedSamples selected = work.selected().get();
    String stream = selected.request().name();
    if (!selected.over() && selected.epochIsOver(work.streams().positions().get(stream))) {
      SelectionState.Round round = select(work, selected, done);
      listener.selected(phase.name(), round);
      data.openEpoch(work.streams(), selected, 0);
      if (selected.over()) {
        LOG.info("phase {}: {}", phase.name(), selected.ending(round));
      }
    }
    return !selected.over();
  }

  private SelectionState.Round select(Work work, SelectedSamples selected, long done)
      throws IOException {
    SelectionState.Round round;
    try {
      round =
          selected.select(
              work.session(), data::dataset, experiment.run().decodingThreads(), done, stop);
    } catch (CancellationException e) {
      save(work, done);
      throw stopped(done);
    }
    if (!Double.isFinite(round.meanScore())) {
      throw work.checkpoints().diverged(done, "a score of the selection is not finite");
    }
    return round;
  }

  private void iterate(Work work, long iteration) {
    for (StepLosses step : team.iterate(work.compiled(), iteration)) {
      for (StepLosses.Loss loss : step.losses()) {
        if (!Float.isFinite(loss.value())) {
          throw work.checkpoints()
              .diverged(iteration + 1, "the loss '" + loss.term() + "' is " + loss.value());
        }
        if (LossScale.saysDiverged(loss.term(), loss.value())) {
          throw work.checkpoints()
              .diverged(
                  iteration + 1,
                  "gradients are not finite, however small '" + loss.term() + "' is");
        }
        if (LossScale.saysSkipped(loss.term(), loss.value())) {
          LOG.info(
              "phase {}, iteration {}: a gradient is not finite in {}; the step is skipped, and the"
                  + " loss scaled half as much",
              phase.name(),
              iteration + 1,
              experiment.run().precision().key());
        }
      }
      work.meter().add(step);
    }
  }

  private boolean evaluationIsDue(long done) {
    int every = phase.inference().evaluateEvery().orElse(experiment.run().evaluateEvery());
    return every > 0 && done % every == 0 && phase.movesSegmenter();
  }

  private EvaluationResult evaluate(Work work, long done) throws IOException {
    return evaluate(work, done, false);
  }

  private EvaluationResult evaluate(Work work, long done, boolean last) throws IOException {
    try {
      EvaluationResult result =
          work.evaluator()
              .evaluate(work.session().session(), phase.name(), done, last, run.samples());
      listener.evaluated(result);
      work.checkpoints().scored(result, work.streams(), work.meter(), done);
      return result;
    } catch (CancellationException e) {
      if (!last) {
        save(work, done);
      }
      throw stopped(done);
    }
  }

  private void save(Work work, long done) throws IOException {
    team.requireSameState(work.session(), done);
    if (!team.writes()) {
      return;
    }
    work.checkpoints().save(work.streams(), work.meter(), done);
    listener.saved(phase.name(), done);
  }

  private StoppedException stopped(long done) {
    return new StoppedException(
        "stopped in phase '"
            + phase.name()
            + "' after iteration "
            + done
            + " of "
            + phase.iterations()
            + "; saved. Run the same command again to go on");
  }

  private void finish(Work work, long first, long end) throws IOException {
    if (first < end) {
      // The last evaluation may take long: what is trained is safe before it starts.
      save(work, end);
    }
    EvaluationResult result = evaluate(work, end, true);
    Optional<Long> best = work.checkpoints().selectBest(end);
    if (best.isPresent()) {
      result =
          work.evaluator()
              .evaluate(work.session().session(), phase.name(), best.get(), true, run.samples());
    }
    record(new PhaseResult(end, work.checkpoints().seconds(), false, result));
    work.checkpoints().saveEnd(work.streams(), work.meter(), end);
    listener.saved(phase.name(), result.iteration());
  }

  /** Takes the phase, finished, from another run that trained the very same thing. */
  private boolean takeOver(String key) throws IOException {
    Optional<PhaseCache.Entry> entry = cache.find(key);
    if (entry.isEmpty()) {
      return false;
    }
    PhaseResult result = entry.get().result();
    LoopState kept = entry.get().state();
    LoopState end =
        new LoopState(
            new LoopState.Place(phase.name(), kept.iteration(), true, result.seconds()),
            Map.of(),
            new LoopState.Evaluations(
                kept.iteration(), result.evaluation().iteration(), result.evaluation().miou()),
            new LoopState.LossSums(Map.of(), kept.iteration()),
            kept.selection(),
            origin());
    // The checkpoint says that the phase is finished: it comes last.
    entry.get().copyRecords(run, phase.name());
    record(new PhaseResult(kept.iteration(), result.seconds(), true, result.evaluation()));
    entry.get().copyEnd(run, phase.name(), end);
    LOG.info("phase {}: taken from {}, where the same was trained", phase.name(), cache);
    return true;
  }

  private void record(PhaseResult result) throws IOException {
    RunResults before =
        RunResults.read(run.results())
            .orElse(
                new RunResults(
                    experiment.methodName(),
                    experiment.task().name(),
                    experiment.run().seed(),
                    experiment.run().selection().key(),
                    Optional.of(experiment.run().precision().key()),
                    Map.of()));
    Json.write(run.results(), before.with(phase.name(), result));
  }
}
