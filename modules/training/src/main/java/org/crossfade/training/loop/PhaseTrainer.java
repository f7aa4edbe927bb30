package org.crossfade.training.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.optim.ParameterGroup;
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
import org.crossfade.training.session.PhaseSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.types.TInt64;

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
  private final long scheduled;

  /**
   * Prepares a phase.
   *
   * @param cache finished phases of other runs
   * @param artefacts hash of every artefact that earlier passes left
   */
  PhaseTrainer(
      Experiment experiment,
      TrainingPhase phase,
      RunDirectory run,
      PhaseCache cache,
      TrainingListener listener,
      StopSignal stop,
      Map<String, String> artefacts) {
    this.experiment = experiment;
    this.phase = phase;
    this.run = run;
    this.cache = cache;
    this.listener = listener;
    this.stop = stop;
    this.artefacts = artefacts;
    this.data = new PhaseData(experiment, phase, run, artefacts);
    this.scheduled = scheduled(phase, run);
  }

  /** What a phase works with while it runs. */
  private record Work(
      PhaseSession session,
      List<CompiledStep> steps,
      Optional<SelectedSamples> selected,
      PhaseStreams streams,
      Evaluator evaluator,
      PhaseCheckpoints checkpoints,
      Meter meter) {}

  /** Trains to the end of the phase, from its latest checkpoint where there is one. */
  void run() throws IOException {
    try (var session =
        new PhaseSession(experiment.run().seed(), experiment.run().threads(), phase.streams())) {
      List<CompiledStep> steps = new ArrayList<>();
      for (Step step : phase.steps().apply(session.context())) {
        steps.add(CompiledStep.compile(session.context(), step));
      }
      Optional<SelectedSamples> selected = phase.selection().map(s -> selected(session, steps));
      String summary = Coverage.check(phase, session.variables(), steps);
      var evaluator =
          new Evaluator(experiment.validation(), experiment.run(), inferenceGraph(session))
              .stoppedBy(stop::requested);
      String key = PhaseCache.key(experiment, phase, session, steps, run, scheduled, artefacts);
      if (run.checkpoints(phase.name()).isEmpty() && takeOver(key)) {
        return;
      }
      var checkpoints = new PhaseCheckpoints(experiment, phase, run, session, selected, artefacts);
      Optional<LoopState> resumed = checkpoints.start();
      long first = resumed.map(LoopState::iteration).orElse(0L);
      listener.phaseStarted(phase.name(), first, phase.iterations(), summary);
      try (var streams = data.open(session, steps, selected, resumed)) {
        var meter = new Meter(phase, resumed);
        var work = new Work(session, steps, selected, streams, evaluator, checkpoints, meter);
        long end = train(work, first);
        finish(work, first, end);
        cache.put(key, run, phase.name());
      }
    }
  }

  /** Returns the iteration of the schedules at the phase's first one. */
  private static long scheduled(TrainingPhase phase, RunDirectory run) {
    if (phase.continued().isEmpty()) {
      return 0;
    }
    Path end = run.phase(phase.continued().get());
    if (!Checkpoint.exists(end)) {
      throw new IllegalStateException(
          "phase '"
              + phase.name()
              + "' goes on where phase '"
              + phase.continued().get()
              + "' ended, which does not come before it");
    }
    return Checkpoint.state(end).iteration();
  }

  private SelectedSamples selected(PhaseSession session, List<CompiledStep> steps) {
    StreamRequest request = phase.stream(phase.selection().orElseThrow().stream());
    int drawn = PhaseData.batchesPerIteration(steps, request) * request.batch();
    return new SelectedSamples(
        phase, session, drawn, data.dataset(request), experiment.run().seed());
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
    if (more && first > 0 && evaluationIsDue(first) && !work.checkpoints().evaluated(first)) {
      // Stopped in that evaluation; without one it was made before the checkpoint.
      evaluate(work, first);
    }
    long done = first;
    while (more) {
      iterate(work, done);
      done++;
      listener.iterated(phase.name(), done, phase.iterations());
      more = done < phase.iterations() && goesOn(work, done);
      if (done % options.logEvery() == 0 || !more) {
        listener.progressed(work.meter().progress(done, rates(work.steps(), done - 1)));
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
    for (CompiledStep step : work.steps()) {
      try (var feeds = work.streams().draw(step.step().streams())) {
        feeds.put(
            work.session().context().seedFeed(),
            TInt64.vectorOf(experiment.run().seed(), iteration));
        float[] losses = step.run(work.session().session(), feeds.tensors(), scheduled + iteration);
        for (int i = 0; i < losses.length; i++) {
          if (!Float.isFinite(losses[i])) {
            throw work.checkpoints()
                .diverged(iteration + 1, "the loss '" + step.terms().get(i) + "' is " + losses[i]);
          }
        }
        work.meter().add(step.terms(), losses, feeds.images());
      }
    }
  }

  private boolean evaluationIsDue(long done) {
    int every = experiment.run().evaluateEvery();
    return every > 0 && done % every == 0;
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
            phase.name(),
            kept.iteration(),
            true,
            experiment.run().seed(),
            Map.of(),
            result.seconds(),
            result.evaluation().miou(),
            result.evaluation().iteration(),
            kept.iteration(),
            Map.of(),
            kept.iteration(),
            kept.selection(),
            experiment.optionsHash(),
            artefacts);
    entry.get().copyTo(run, phase.name(), end);
    record(new PhaseResult(kept.iteration(), result.seconds(), true, result.evaluation()));
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
                    Map.of()));
    Json.write(run.results(), before.with(phase.name(), result));
  }

  private Map<String, Double> rates(List<CompiledStep> steps, long iteration) {
    var rates = new LinkedHashMap<String, Double>();
    for (CompiledStep step : steps) {
      for (ParameterGroup group : step.groups()) {
        rates.put(group.name(), group.schedule().rateAt(scheduled + iteration));
      }
    }
    return rates;
  }
}
