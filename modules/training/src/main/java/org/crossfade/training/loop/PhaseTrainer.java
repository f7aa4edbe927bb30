package org.crossfade.training.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.crossfade.training.options.RunOptions.Selection;
import org.crossfade.training.run.CacheFolder;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.session.PhaseSession;
import org.tensorflow.types.TInt64;

/** Runs one training phase: draws, runs, logs, evaluates, saves. */
final class PhaseTrainer {
  private final Experiment experiment;
  private final TrainingPhase phase;
  private final RunDirectory run;
  private final PhaseCache cache;
  private final TrainingListener listener;
  private final StopSignal stop;
  private final Map<String, String> artefacts;

  private final long started = System.nanoTime();
  private double secondsBefore;
  private double bestScore = -1;
  private long bestIteration = -1;

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
          new Evaluator(experiment.validation(), experiment.run(), inferenceGraph(session));
      String key = PhaseCache.key(experiment, phase, session, steps, artefacts);
      if (run.checkpoints(phase.name()).isEmpty() && takeOver(key)) {
        return;
      }
      Optional<LoopState> resumed = start(session);
      long first = resumed.map(LoopState::iteration).orElse(0L);
      listener.phaseStarted(phase.name(), first, phase.iterations(), summary);
      try (var streams = openStreams(session, steps, resumed)) {
        train(session, steps, streams, evaluator, first);
        finish(session, streams, evaluator);
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

  private void train(
      PhaseSession session,
      List<CompiledStep> steps,
      PhaseStreams streams,
      Evaluator evaluator,
      long first)
      throws IOException {
    var meter = new Meter(phase, first);
    long savedAt = first;
    for (long i = first; i < phase.iterations(); i++) {
      for (CompiledStep step : steps) {
        try (var feeds = streams.draw(step.step().streams())) {
          feeds.put(session.context().seedFeed(), TInt64.vectorOf(experiment.run().seed(), i));
          float[] losses = step.run(session.session(), feeds.tensors(), i);
          requireFinite(step, losses, i);
          meter.add(step.terms(), losses, feeds.images());
        }
      }
      long done = i + 1;
      listener.iterated(phase.name(), done, phase.iterations());
      if (done % experiment.run().logEvery() == 0 || done == phase.iterations()) {
        listener.progressed(meter.progress(done, rates(steps, i)));
      }
      if (done < phase.iterations()) {
        int every = experiment.run().evaluateEvery();
        if (every > 0 && done % every == 0) {
          evaluate(session, streams, evaluator, done, false);
        }
        if (done % experiment.run().checkpointEvery() == 0) {
          save(session, streams, done);
          savedAt = done;
        }
        if (stop.requested()) {
          if (savedAt < done) {
            save(session, streams, done);
          }
          throw new StoppedException(
              "stopped in phase '"
                  + phase.name()
                  + "' after iteration "
                  + done
                  + " of "
                  + phase.iterations()
                  + "; saved. Run the same command again to go on");
        }
      }
    }
  }

  /** Takes the phase, finished, from another run that trained the very same thing. */
  private boolean takeOver(String key) throws IOException {
    Optional<PhaseCache.Entry> entry = cache.find(key);
    if (entry.isEmpty()) {
      return false;
    }
    LoopState end =
        new LoopState(
            phase.name(),
            phase.iterations(),
            true,
            experiment.run().seed(),
            Map.of(),
            entry.get().result().seconds(),
            entry.get().result().evaluation().miou(),
            phase.iterations(),
            experiment.optionsHash(),
            artefacts);
    entry.get().copyTo(run, phase.name(), end);
    record(
        new PhaseResult(
            phase.iterations(),
            entry.get().result().seconds(),
            true,
            entry.get().result().evaluation()));
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

  private void finish(PhaseSession session, PhaseStreams streams, Evaluator evaluator)
      throws IOException {
    EvaluationResult result = evaluate(session, streams, evaluator, phase.iterations(), true);
    Path end = run.phase(phase.name());
    Files.createDirectories(end.getParent());
    if (experiment.run().selection() == Selection.BEST_ON_VALIDATION
        && bestIteration != phase.iterations()) {
      session.checkpoint().restore(session.session(), session.variables(), run.best(phase.name()));
      result =
          evaluator.evaluate(session.session(), phase.name(), bestIteration, true, run.samples());
    }
    record(new PhaseResult(phase.iterations(), seconds(), false, result));
    session
        .checkpoint()
        .save(
            session.session(), session.variables(), state(streams, phase.iterations(), true), end);
    listener.saved(phase.name(), result.iteration());
    run.deleteCheckpoints(phase.name());
  }

  private EvaluationResult evaluate(
      PhaseSession session, PhaseStreams streams, Evaluator evaluator, long done, boolean last)
      throws IOException {
    EvaluationResult result =
        evaluator.evaluate(session.session(), phase.name(), done, last, run.samples());
    listener.evaluated(result);
    if (result.miou() > bestScore) {
      bestScore = result.miou();
      bestIteration = done;
      if (experiment.run().selection() == Selection.BEST_ON_VALIDATION) {
        Path best = run.best(phase.name());
        Files.createDirectories(best.getParent());
        session
            .checkpoint()
            .save(session.session(), session.variables(), state(streams, done, false), best);
      }
    }
    return result;
  }

  private Optional<LoopState> start(PhaseSession session) throws IOException {
    List<Path> checkpoints = run.checkpoints(phase.name());
    if (checkpoints.isEmpty()) {
      session.initialise(
          phase.initialWeights(),
          run,
          experiment.weights().map(file -> PhaseSession.Pretrained.of(file, phase.segmenter())));
      return Optional.empty();
    }
    LoopState state =
        RunState.restorable(
            experiment,
            checkpoints,
            folder -> session.checkpoint().restore(session.session(), session.variables(), folder));
    secondsBefore = state.seconds();
    bestScore = state.bestScore();
    bestIteration = state.bestIteration();
    return Optional.of(state);
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
    Dataset dataset = experiment.dataset(request.domain());
    if (request.labels().artefact().isPresent()) {
      return new RelabelledDataset(dataset, run.artefact(request.labels().artefact().get()));
    }
    return request.labels().groundTruth() ? dataset : new UnlabelledDataset(dataset);
  }

  private void save(PhaseSession session, PhaseStreams streams, long done) throws IOException {
    Path folder = run.checkpoint(phase.name(), done);
    Files.createDirectories(folder.getParent());
    session
        .checkpoint()
        .save(session.session(), session.variables(), state(streams, done, false), folder);
    run.prune(phase.name(), experiment.run().keepCheckpoints());
    listener.saved(phase.name(), done);
  }

  private LoopState state(PhaseStreams streams, long done, boolean finished) {
    return new LoopState(
        phase.name(),
        done,
        finished,
        experiment.run().seed(),
        streams.positions(),
        seconds(),
        bestScore,
        bestIteration,
        experiment.optionsHash(),
        artefacts);
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - started) / 1e9;
  }

  private void requireFinite(CompiledStep step, float[] losses, long iteration) {
    for (int i = 0; i < losses.length; i++) {
      if (!Float.isFinite(losses[i])) {
        throw new TrainingDivergedException(
            "phase '"
                + phase.name()
                + "', iteration "
                + (iteration + 1)
                + ": the loss '"
                + step.terms().get(i)
                + "' is "
                + losses[i]
                + ". "
                + lastCheckpoint()
                + "; lower the learning rate, or resume from there with another seed");
      }
    }
  }

  private String lastCheckpoint() {
    try {
      return run.latestCheckpoint(phase.name())
          .map(folder -> "The last good checkpoint is kept: " + folder)
          .orElse("No checkpoint of this phase was written yet");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
