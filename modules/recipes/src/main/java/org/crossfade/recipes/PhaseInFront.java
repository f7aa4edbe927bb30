package org.crossfade.recipes;

import java.util.List;
import java.util.function.Function;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.SegmentationNetwork;

/**
 * A phase in front of a method's own: supervised training on the source domain, mostly. 0
 * iterations leave it out, and the phase behind it starts where it would have started.
 */
public final class PhaseInFront {
  /** Name of the supervised phase, the same in all methods. */
  public static final String SOURCE = "source";

  private PhaseInFront() {}

  /**
   * Adds supervised training on the source domain of a network with one classifier.
   *
   * @param phases to whose end it is added
   * @param network in any form of batch norm
   * @return where the network starts in the next phase: at its end, or from the published weights
   */
  public static InitialWeights source(
      List<Phase> phases, SupervisedTraining training, SegmentationNetwork network) {
    return source(phases, training, network, 0);
  }

  /**
   * Adds supervised training on the source domain.
   *
   * @param auxiliaryWeight of an auxiliary classifier's loss; not read without one
   */
  public static InitialWeights source(
      List<Phase> phases,
      SupervisedTraining training,
      SegmentationNetwork network,
      double auxiliaryWeight) {
    return add(
        phases,
        training.iterations(),
        InitialWeights.pretrained(),
        start ->
            training.phase(
                SOURCE, Domain.SOURCE, Labels.GROUND_TRUTH, network, auxiliaryWeight, start));
  }

  /**
   * Adds a phase unless it has no iterations.
   *
   * @param phases to whose end it is added
   * @param iterations 0 leaves it out
   * @param start where its network starts
   * @param phase makes it
   * @return where the network starts in the next phase
   */
  public static InitialWeights add(
      List<Phase> phases,
      long iterations,
      InitialWeights start,
      Function<InitialWeights, TrainingPhase> phase) {
    if (iterations == 0) {
      return start;
    }
    TrainingPhase added = phase.apply(start);
    phases.add(added);
    return InitialWeights.fromPhase(added.name(), TrainingPhase.SEGMENTER);
  }
}
