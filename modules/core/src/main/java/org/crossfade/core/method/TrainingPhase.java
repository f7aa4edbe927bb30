package org.crossfade.core.method;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.nn.SegmentationNetwork;

/**
 * A phase that trains.
 *
 * @param name unique in the method
 * @param iterations how many; one iteration runs every step once
 * @param streams what is read
 * @param initialWeights where each role's variables start
 * @param frozen variables that no update moves; every weight is either trained or listed here
 * @param segmenter the network whose variables have the role {@code segmenter}, which is evaluated
 * @param inference how it is evaluated
 * @param steps builds the steps in a graph, in the order in which an iteration runs them
 */
public record TrainingPhase(
    String name,
    long iterations,
    List<StreamRequest> streams,
    Map<String, InitialWeights> initialWeights,
    NamePattern frozen,
    SegmentationNetwork segmenter,
    Inference inference,
    Function<StepContext, List<Step>> steps)
    implements Phase {
  /** Role of the network that a method trains for use. */
  public static final String SEGMENTER = "segmenter";

  /** Checks the length and copies the collections. */
  public TrainingPhase {
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "phase '" + name + "': iterations must be positive, not " + iterations);
    }
    streams = List.copyOf(streams);
    initialWeights = Map.copyOf(initialWeights);
  }
}
