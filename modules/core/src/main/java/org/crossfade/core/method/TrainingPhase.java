package org.crossfade.core.method;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.nn.SegmentationNetwork;

/**
 * A phase that trains.
 *
 * @param name unique in the method
 * @param iterations how many, or the most where a selection may end the phase; one iteration runs
 *     every step once
 * @param streams what is read
 * @param initialWeights where each role's variables start
 * @param frozen variables that no update moves; every weight is either trained or listed here
 * @param segmenter the network whose variables have the role {@code segmenter}, which is evaluated
 * @param inference how it is evaluated
 * @param steps builds the steps in a graph, in the order in which an iteration runs them
 * @param selection which samples of a stream stay from epoch to epoch; without it all do
 * @param continued an earlier training phase from whose last iteration the schedules count on;
 *     without it they count from 0
 */
public record TrainingPhase(
    String name,
    long iterations,
    List<StreamRequest> streams,
    Map<String, InitialWeights> initialWeights,
    NamePattern frozen,
    SegmentationNetwork segmenter,
    Inference inference,
    Function<StepContext, List<Step>> steps,
    Optional<SampleSelection> selection,
    Optional<String> continued)
    implements Phase {
  /** Role of the network that a method trains for use. */
  public static final String SEGMENTER = "segmenter";

  /** Checks the length and the selection's streams, and copies the collections. */
  public TrainingPhase {
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "phase '" + name + "': iterations must be positive, not " + iterations);
    }
    streams = List.copyOf(streams);
    initialWeights = Map.copyOf(initialWeights);
    for (SampleSelection s : selection.stream().toList()) {
      StreamRequest selected = stream(name, streams, s.stream());
      if (selected.sampling() != StreamRequest.Sampling.SHUFFLED) {
        throw new IllegalArgumentException(
            "phase '"
                + name
                + "' selects samples of stream '"
                + s.stream()
                + "', whose sampling must be shuffled, not "
                + selected.sampling());
      }
      for (String companion : s.companions()) {
        stream(name, streams, companion);
      }
    }
  }

  /** A phase of a fixed length, whose schedules count from 0. */
  public TrainingPhase(
      String name,
      long iterations,
      List<StreamRequest> streams,
      Map<String, InitialWeights> initialWeights,
      NamePattern frozen,
      SegmentationNetwork segmenter,
      Inference inference,
      Function<StepContext, List<Step>> steps) {
    this(
        name,
        iterations,
        streams,
        initialWeights,
        frozen,
        segmenter,
        inference,
        steps,
        Optional.empty(),
        Optional.empty());
  }

  /** Returns this phase with a selection, which may end it early. */
  public TrainingPhase selecting(SampleSelection newSelection) {
    return new TrainingPhase(
        name,
        iterations,
        streams,
        initialWeights,
        frozen,
        segmenter,
        inference,
        steps,
        Optional.of(newSelection),
        continued);
  }

  /** Returns this phase with schedules that count on where the phase {@code earlier} ended. */
  public TrainingPhase continuing(String earlier) {
    return new TrainingPhase(
        name,
        iterations,
        streams,
        initialWeights,
        frozen,
        segmenter,
        inference,
        steps,
        selection,
        Optional.of(earlier));
  }

  /**
   * Returns whether anything of the network that is evaluated may move: a weight, or a running
   * statistic. Where nothing does, its score says nothing of the phase's progress.
   */
  public boolean movesSegmenter() {
    return segmenter.parameters().stream()
        .anyMatch(
            variable ->
                switch (variable.kind()) {
                  case STATISTIC -> true;
                  case WEIGHT -> !frozen.test(SEGMENTER + "." + variable.name());
                  case FIXED, SLOT -> false;
                });
  }

  /**
   * Returns one of the streams.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public StreamRequest stream(String wanted) {
    return stream(name, streams, wanted);
  }

  private static StreamRequest stream(String phase, List<StreamRequest> streams, String wanted) {
    return streams.stream()
        .filter(s -> s.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "phase '"
                        + phase
                        + "' has no stream '"
                        + wanted
                        + "', only "
                        + streams.stream().map(StreamRequest::name).toList()));
  }
}
