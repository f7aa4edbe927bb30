package org.crossfade.core.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.SegmentationNetwork;

/**
 * Training of a segmentation network on labelled source images and on target images, without a
 * discriminator.
 *
 * @param iterations how many, at least 1
 * @param decay of all rates
 * @param batchNorm which form; networks without batch norm have none
 * @param processes groups of images that are averaged on their own, as in {@link
 *     SupervisedTraining}
 * @param source what is drawn from the source domain
 * @param target what is drawn from the target domain
 * @param segmenter how the network moves
 * @param test how the network is evaluated
 */
public record TwoDomainTraining(
    long iterations,
    Decay decay,
    BatchNorm.Mode batchNorm,
    int processes,
    ImageStream source,
    ImageStream target,
    SegmenterOptimizer segmenter,
    Inference test) {
  /** Name of the stream of labelled source images. */
  public static final String SOURCE = AdversarialTraining.SOURCE;

  /** Name of the stream of target images. */
  public static final String TARGET = AdversarialTraining.TARGET;

  /** Checks the ranges. */
  public TwoDomainTraining {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, found " + iterations);
    }
    Lengths.requireEqualShares(processes, source.batch());
    Lengths.requireEqualShares(processes, target.batch());
  }

  /**
   * Returns the phase.
   *
   * @param name of the phase
   * @param network in any form of batch norm; evaluated in this recipe's
   * @param weights where each role's variables come from
   * @param targetLabels which labels the target images carry; empty if none are drawn
   * @param steps builds the steps
   */
  public TrainingPhase phase(
      String name,
      SegmentationNetwork network,
      Map<String, InitialWeights> weights,
      Optional<Labels> targetLabels,
      Function<StepContext, List<Step>> steps) {
    var streams = new ArrayList<StreamRequest>();
    streams.add(source.request(SOURCE, Domain.SOURCE, Labels.GROUND_TRUTH));
    targetLabels.ifPresent(labels -> streams.add(target.request(TARGET, Domain.TARGET, labels)));
    return new TrainingPhase(
        name,
        iterations,
        streams,
        weights,
        NamePattern.none(),
        network.withBatchNorm(batchNorm),
        test,
        steps);
  }
}
