package org.crossfade.recipes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.optim.ParameterGroup;

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
  /** Names of the streams, the source's first. */
  public static final List<String> STREAMS =
      List.of(Domain.SOURCE.stream(), Domain.TARGET.stream());

  /** Checks the ranges. */
  public AdversarialTraining {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, found " + iterations);
    }
    decay.requireLastsFor(iterations);
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
            source.request(Domain.SOURCE.stream(), Domain.SOURCE, Labels.GROUND_TRUTH),
            target.request(Domain.TARGET.stream(), Domain.TARGET, targetLabels)),
        weights,
        NamePattern.none(),
        network.withBatchNorm(batchNorm),
        test,
        steps);
  }

  /**
   * Returns the update of the network.
   *
   * @param trained the network in the form that is trained; its variables have the role {@code
   *     segmenter}
   */
  public Update update(SegmentationNetwork trained, List<LossTerm> terms) {
    return segmenter.update(trained, decay, terms);
  }

  /**
   * Returns the update of a discriminator.
   *
   * @param role of its variables; also the name of the update
   */
  public Update update(String role, List<LossTerm> terms) {
    return new Update(
        role,
        terms,
        List.of(
            new ParameterGroup(
                role, NamePattern.of(role + ".**"), decay.from(discriminator.rate()))),
        discriminator.optimizer());
  }
}
