package org.crossfade.recipes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.SegmentationNetwork;

/**
 * Training of a segmentation network against discriminators, on labelled source images and on
 * target images, labelled or not.
 *
 * @param iterations how many, at least 1
 * @param decay of all rates
 * @param batchNorm which form; networks without batch norm have none
 * @param processes groups of images that are averaged on their own, as in {@link
 *     SupervisedTraining}
 * @param source what is drawn from the source domain
 * @param target what is drawn from the target domain
 * @param segmenter how the network moves
 * @param discriminator how the discriminators move
 * @param test how the network is evaluated
 */
public record AdversarialTraining(
    long iterations,
    Decay decay,
    BatchNorm.Mode batchNorm,
    int processes,
    ImageStream source,
    ImageStream target,
    SegmenterOptimizer segmenter,
    DiscriminatorOptimizer discriminator,
    Inference test) {
  /** Name of the stream of labelled source images. */
  public static final String SOURCE = "source";

  /** Name of the stream of target images. */
  public static final String TARGET = "target";

  /** Checks the ranges. */
  public AdversarialTraining {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, found " + iterations);
    }
    Lengths.requireEqualShares(processes, source.batch());
    Lengths.requireEqualShares(processes, target.batch());
  }

  /**
   * Returns the phase, whose target images carry no labels.
   *
   * @param name of the phase
   * @param network in any form of batch norm; evaluated in this recipe's
   * @param start where its variables come from
   * @param discriminators roles of the discriminators, whose variables start anew
   * @param steps builds the steps
   */
  public TrainingPhase phase(
      String name,
      SegmentationNetwork network,
      InitialWeights start,
      List<String> discriminators,
      Function<StepContext, List<Step>> steps) {
    return phase(name, network, start, discriminators, Labels.NONE, steps);
  }

  /**
   * Returns the phase.
   *
   * @param name of the phase
   * @param network in any form of batch norm; evaluated in this recipe's
   * @param start where its variables come from
   * @param discriminators roles of the discriminators, whose variables start anew
   * @param targetLabels which labels the target images carry
   * @param steps builds the steps
   */
  public TrainingPhase phase(
      String name,
      SegmentationNetwork network,
      InitialWeights start,
      List<String> discriminators,
      Labels targetLabels,
      Function<StepContext, List<Step>> steps) {
    Map<String, InitialWeights> weights = new LinkedHashMap<>();
    weights.put(TrainingPhase.SEGMENTER, start);
    discriminators.forEach(role -> weights.put(role, InitialWeights.fresh()));
    return new TrainingPhase(
        name,
        iterations,
        List.of(
            source.request(SOURCE, Domain.SOURCE, Labels.GROUND_TRUTH),
            target.request(TARGET, Domain.TARGET, targetLabels)),
        weights,
        NamePattern.none(),
        network.withBatchNorm(batchNorm),
        test,
        steps);
  }
}
