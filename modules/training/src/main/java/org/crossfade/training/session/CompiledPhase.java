package org.crossfade.training.session;

import java.io.IOException;
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
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.run.CacheFolder;
import org.crossfade.training.workers.WorkerGroup;
import org.tensorflow.types.TInt64;

/**
 * A training phase that can be run: its graph with session and variables, its compiled steps, and
 * its streams. Whoever uses it gives the variables their values and opens the streams, then
 * iterates.
 */
public final class CompiledPhase implements AutoCloseable {
  private final TrainingPhase phase;
  private final RunOptions run;
  private final long scheduled;
  private final PhaseSession session;
  private final PhaseStreams streams;
  private final List<CompiledStep> steps = new ArrayList<>();

  /**
   * Builds and compiles the steps of a phase.
   *
   * @param run its seed and threads
   * @param scheduled iteration of the schedules at the phase's first one: 0, unless it goes on
   *     where another phase ended
   */
  public CompiledPhase(TrainingPhase phase, RunOptions run, long scheduled) {
    this(phase, run, scheduled, Optional.empty());
  }

  /**
   * Builds and compiles the steps of a phase, which several workers may run together.
   *
   * @param group this process's, where it is not alone
   */
  public CompiledPhase(
      TrainingPhase phase, RunOptions run, long scheduled, Optional<WorkerGroup> group) {
    this.phase = phase;
    this.run = run;
    this.scheduled = scheduled;
    this.session =
        new PhaseSession(
            run.seed(), run.threads(), run.onDevice(), run.precision(), phase.streams(), group);
    this.streams = new PhaseStreams(session.context(), run.decodingThreads());
    try {
      for (Step step : phase.steps().apply(session.context())) {
        steps.add(CompiledStep.compile(session.context(), step));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Returns the phase. */
  public TrainingPhase phase() {
    return phase;
  }

  /** Returns graph, session and variables. */
  public PhaseSession session() {
    return session;
  }

  /** Returns the steps of an iteration, in order. */
  public List<CompiledStep> steps() {
    return List.copyOf(steps);
  }

  /** Returns the streams; those that were not opened can't be drawn from. */
  public PhaseStreams streams() {
    return streams;
  }

  /** Returns the iteration of the schedules at the phase's first one. */
  public long scheduled() {
    return scheduled;
  }

  /** Returns how many samples of a stream an iteration draws. */
  public int drawn(StreamRequest request) {
    long reading = steps.stream().filter(s -> s.step().streams().contains(request.name())).count();
    return (int) reading * request.batch();
  }

  /**
   * Opens a stream in the order that the run's seed gives.
   *
   * @param dataset what it draws from, with the labels that it carries
   * @param iterations that draw from it in all
   * @param position where it goes on, in samples
   */
  public void open(StreamRequest request, Dataset dataset, long iterations, long position)
      throws IOException {
    long draws = Math.max(1, iterations * drawn(request));
    streams.open(request, dataset, run.seed(), draws, position, CacheFolder.path());
  }

  /**
   * Runs every step once: draws its batches, and moves what it trains.
   *
   * @param iteration from 0
   * @return what each step left, in order
   */
  public List<StepLosses> iterate(long iteration) {
    var left = new ArrayList<StepLosses>();
    for (CompiledStep step : steps) {
      try (var feeds = streams.draw(step.step().streams())) {
        feeds.put(session.context().seedFeed(), TInt64.vectorOf(run.seed(), iteration));
        long before = System.nanoTime();
        float[] values = step.run(session.session(), feeds.tensors(), scheduled + iteration);
        long nanos = System.nanoTime() - before;
        var losses = new ArrayList<StepLosses.Loss>();
        for (int i = 0; i < values.length; i++) {
          losses.add(new StepLosses.Loss(step.terms().get(i), values[i]));
        }
        left.add(new StepLosses(losses, feeds.images(), nanos));
      }
    }
    return left;
  }

  /** Returns the learning rate of every group in an iteration, by its name. */
  public Map<String, Double> rates(long iteration) {
    var rates = new LinkedHashMap<String, Double>();
    for (CompiledStep step : steps) {
      for (ParameterGroup group : step.groups()) {
        rates.put(group.name(), group.schedule().rateAt(scheduled + iteration));
      }
    }
    return rates;
  }

  @Override
  public void close() {
    streams.close();
    session.close();
  }
}
