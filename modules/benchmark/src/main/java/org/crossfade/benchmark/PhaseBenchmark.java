package org.crossfade.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import org.crossfade.benchmark.BenchmarkResult.Iteration;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.run.PeakMemory;
import org.crossfade.training.session.CompiledPhase;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.training.session.StepLosses;
import org.crossfade.weights.FormulaWeights;

/**
 * Iterations of one training phase, with the loop's own parts: its session, its compiled steps, its
 * streams. Nothing is logged, evaluated or saved, and no earlier phase is needed: variables start
 * from their initialisers, and streams that would read an earlier phase's labels read the data
 * set's own.
 */
public final class PhaseBenchmark {
  private final String method;
  private final TrainingPhase phase;
  private final LabelSpace labelSpace;
  private final RunOptions run;
  private final OptionalLong formulaSeed;

  /**
   * Prepares a benchmark.
   *
   * @param method name of the method
   * @param phase what is measured
   * @param labelSpace classes of the task
   * @param run seed and threads
   * @param formulaSeed weights of the networks and the samples follow {@link FormulaWeights} with
   *     this seed; without one they start from the initialisers and come from the data sets
   */
  public PhaseBenchmark(
      String method,
      TrainingPhase phase,
      LabelSpace labelSpace,
      RunOptions run,
      OptionalLong formulaSeed) {
    this.method = method;
    this.phase = phase;
    this.labelSpace = labelSpace;
    this.run = run;
    this.formulaSeed = formulaSeed;
  }

  /**
   * {@return the training phase called {@code name}}
   *
   * @param method whose phases are searched
   * @param name of the phase
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static TrainingPhase phase(AdaptationMethod method, String name) {
    List<TrainingPhase> phases =
        method.phases().stream()
            .filter(TrainingPhase.class::isInstance)
            .map(TrainingPhase.class::cast)
            .toList();
    return phases.stream()
        .filter(phase -> phase.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no training phase '%s' with these options; there are %s"
                        .formatted(
                            name,
                            String.join(", ", phases.stream().map(TrainingPhase::name).toList()))));
  }

  /**
   * Measures.
   *
   * @param warmUp iterations that are not counted, at least 0
   * @param iterations that are counted, at least 1
   * @param datasets of each domain; not asked where a formula gives the samples
   * @return seconds of each iteration, the first one's losses, and the most memory
   * @throws IOException if a sample cannot be read
   */
  public BenchmarkResult measure(int warmUp, int iterations, Function<Domain, Dataset> datasets)
      throws IOException {
    try (var compiled = new CompiledPhase(phase, run, 0)) {
      PhaseSession session = compiled.session();
      if (formulaSeed.isPresent()) {
        FormulaVariables.assign(session, formulaSeed.getAsLong());
      } else {
        session.variables().initialize(session.session());
      }
      for (StreamRequest request : phase.streams()) {
        Dataset dataset =
            formulaSeed.isPresent()
                ? FormulaDataset.of(request, labelSpace, formulaSeed.getAsLong())
                : datasets.apply(request.domain());
        StreamRequest drawn = formulaSeed.isPresent() ? inOrder(request) : request;
        compiled.open(drawn, dataset, (long) warmUp + iterations, 0);
      }
      return measure(compiled, warmUp, iterations);
    }
  }

  /** Every batch of a formula's samples is all of them, in their order, as in other programs. */
  private static StreamRequest inOrder(StreamRequest request) {
    return new StreamRequest(
        request.name(),
        request.domain(),
        request.batch(),
        request.transforms(),
        StreamRequest.Sampling.SEQUENTIAL,
        request.labels());
  }

  private BenchmarkResult measure(CompiledPhase compiled, int warmUp, int iterations)
      throws IOException {
    Map<String, Float> firstLosses = new LinkedHashMap<>();
    var measured = new ArrayList<Iteration>();
    int images = 0;
    PeakMemory.forget();
    for (long i = 0; i < warmUp + iterations; i++) {
      long started = System.nanoTime();
      List<StepLosses> steps = compiled.iterate(i);
      double seconds = (System.nanoTime() - started) / 1e9;
      if (i == 0) {
        images = steps.stream().mapToInt(StepLosses::images).sum();
        steps.stream()
            .flatMap(step -> step.losses().stream())
            .forEach(loss -> firstLosses.put(loss.term(), loss.value()));
      }
      if (i >= warmUp) {
        double inSession = steps.stream().mapToLong(StepLosses::sessionNanos).sum() / 1e9;
        measured.add(new Iteration(seconds, OptionalDouble.of(inSession)));
      }
    }
    return new BenchmarkResult(
        method, phase.name(), images, warmUp, firstLosses, measured, PeakMemory.bytes());
  }
}
