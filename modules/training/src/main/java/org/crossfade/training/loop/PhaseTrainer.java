package org.crossfade.training.loop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.crossfade.core.data.Dataset;
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
import org.crossfade.training.run.CacheFolder;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.RunDirectory;
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
  }

  /** What a phase works with while it runs. */
  private record Work(
      PhaseSession session,
      List<CompiledStep> steps,
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
        steps.add(CompiledStep.compile(session.tf(), session.variables(), step));
      }
      String summary = Coverage.check(phase, session.variables(), steps);
      var evaluator =
          new Evaluator(experiment.validation(), experiment.run(), inferenceGraph(session))
              .stoppedBy(stop::requested);
      String key = PhaseCache.key(experiment, phase, session, steps, run, artefacts);
      if (run.checkpoints(phase.name()).isEmpty() && takeOver(key)) {
        return;
      }
      var checkpoints = new PhaseCheckpoints(experiment, phase, run, session, artefacts);
      Optional<LoopState> resumed = checkpoints.start();
      long first = resumed.map(LoopState::iteration).orElse(0L);
      listener.phaseStarted(phase.name(), first, phase.iterations(), summary);
      try (var streams = openStreams(session, steps, resumed)) {
        var work =
            new Work(session, steps, streams, evaluator, checkpoints, new Meter(phase, resumed));
        train(work, first);
        finish(work, first);
        cache.put(key, run, phase.name());
      }
    }
  }

  private InferenceGraph inferenceGraph(PhaseSession session) {
    return new InferenceGraph(
        session.tf(),
        phase.segmenter(),
        session.context().parameters(TrainingPhase.SEGMENTER, phase.segmenter()),
        phase.inference());
  }

  private void train(Work work, long first) throws IOException {
    RunOptions options = experiment.run();
    if (first > 0 && first < phase.iterations() && evaluationIsDue(first)) {
      // Stopped in that evaluation; without one it was made before the checkpoint.
      if (!work.checkpoints().evaluated(first)) {
        evaluate(work, first);
      }
    }
    for (long i = first; i < phase.iterations(); i++) {
      iterate(work, i);
      long done = i + 1;
      listener.iterated(phase.name(), done, phase.iterations());
      if (done % options.logEvery() == 0 || done == phase.iterations()) {
        listener.progressed(work.meter().progress(done, rates(work.steps(), i)));
      }
      if (done == phase.iterations()) {
        return;
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
  }

  private void iterate(Work work, long iteration) {
    for (CompiledStep step : work.steps()) {
      try (var feeds = work.streams().draw(step.step().streams())) {
        feeds.put(
            work.session().context().seedFeed(),
            TInt64.vectorOf(experiment.run().seed(), iteration));
        float[] losses = step.run(work.session().session(), feeds.tensors(), iteration);
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
    try {
      EvaluationResult result =
          work.evaluator()
              .evaluate(
                  work.session().session(),
                  phase.name(),
                  done,
                  done == phase.iterations(),
                  run.samples());
      listener.evaluated(result);
      work.checkpoints().scored(result, work.streams(), work.meter(), done);
      return result;
    } catch (CancellationException e) {
      if (done < phase.iterations()) {
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

  private void finish(Work work, long first) throws IOException {
    if (first < phase.iterations()) {
      // The last evaluation may take long: what is trained is safe before it starts.
      save(work, phase.iterations());
    }
    EvaluationResult result = evaluate(work, phase.iterations());
    Optional<Long> selected = work.checkpoints().selectBest();
    if (selected.isPresent()) {
      result =
          work.evaluator()
              .evaluate(
                  work.session().session(), phase.name(), selected.get(), true, run.samples());
    }
    record(new PhaseResult(phase.iterations(), work.checkpoints().seconds(), false, result));
    work.checkpoints().saveEnd(work.streams(), work.meter());
    listener.saved(phase.name(), result.iteration());
  }

  /** Takes the phase, finished, from another run that trained the very same thing. */
  private boolean takeOver(String key) throws IOException {
    Optional<PhaseCache.Entry> entry = cache.find(key);
    if (entry.isEmpty()) {
      return false;
    }
    PhaseResult result = entry.get().result();
    LoopState end =
        new LoopState(
            phase.name(),
            phase.iterations(),
            true,
            experiment.run().seed(),
            Map.of(),
            result.seconds(),
            result.evaluation().miou(),
            result.evaluation().iteration(),
            phase.iterations(),
            Map.of(),
            phase.iterations(),
            experiment.optionsHash(),
            artefacts);
    entry.get().copyTo(run, phase.name(), end);
    record(new PhaseResult(phase.iterations(), result.seconds(), true, result.evaluation()));
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

  private PhaseStreams openStreams(
      PhaseSession session, List<CompiledStep> steps, Optional<LoopState> resumed)
      throws IOException {
    var streams = new PhaseStreams(session.context(), experiment.run().decodingThreads());
    try {
      for (StreamRequest request : phase.streams()) {
        long drawing =
            steps.stream().filter(s -> s.step().streams().contains(request.name())).count();
        long draws = Math.max(1, phase.iterations() * request.batch() * drawing);
        long position = resumed.map(s -> s.streams().getOrDefault(request.name(), 0L)).orElse(0L);
        streams.open(
            request,
            dataset(request),
            experiment.run().seed(),
            draws,
            position,
            CacheFolder.path());
      }
      return streams;
    } catch (IOException | RuntimeException e) {
      streams.close();
      throw e;
    }
  }

  private Dataset dataset(StreamRequest request) {
    Dataset dataset = experiment.dataset(request);
    if (request.labels().artefact().isPresent()) {
      String pass = request.labels().artefact().get();
      return StreamDataset.relabelled(dataset, run.artefact(pass), hashOf(pass));
    }
    if (request.labels().groundTruth()) {
      return dataset;
    }
    return request
        .labels()
        .trusted()
        .map(margins -> StreamDataset.trusted(dataset, margins))
        .orElseGet(() -> StreamDataset.unlabelled(dataset));
  }

  private String hashOf(String pass) {
    String hash = artefacts.get(pass);
    if (hash == null) {
      throw new IllegalStateException(
          "phase '"
              + phase.name()
              + "' reads the labels of pass '"
              + pass
              + "', which does not come before it; the passes before are "
              + artefacts.keySet());
    }
    return hash;
  }

  private static Map<String, Double> rates(List<CompiledStep> steps, long iteration) {
    var rates = new LinkedHashMap<String, Double>();
    for (CompiledStep step : steps) {
      for (ParameterGroup group : step.groups()) {
        rates.put(group.name(), group.schedule().rateAt(iteration));
      }
    }
    return rates;
  }
}
