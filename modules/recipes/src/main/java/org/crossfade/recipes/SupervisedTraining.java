package org.crossfade.recipes;

import java.util.List;
import java.util.Map;
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
import org.crossfade.core.nn.ReplicatedNetwork;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.loss.SupervisedLoss;

/**
 * Training of a segmentation network on one labelled stream: on the source domain, or on pseudo
 * labels of the target.
 *
 * <p>Two methods with equal options train the same network here, so a comparison can share it.
 *
 * @param iterations how many; 0 where the phase is left out
 * @param decay of the rates
 * @param batchNorm which form; networks without batch norm have none
 * @param processes the batch is split in order into this many groups, each is averaged over its own
 *     labelled pixels, and the groups' means are averaged: what the official codes compute on as
 *     many GPUs
 * @param stream what is drawn
 * @param segmenter how the network moves
 * @param test how the network is evaluated
 */
public record SupervisedTraining(
    long iterations,
    Decay decay,
    BatchNorm.Mode batchNorm,
    int processes,
    ImageStream stream,
    SegmenterOptimizer segmenter,
    Inference test) {

  /** Checks the ranges. */
  public SupervisedTraining {
    Lengths.requireIterations(iterations);
    decay.requireLastsFor(iterations);
    Lengths.requireEqualShares(processes, stream.batch());
  }

  /**
   * Returns the phase, whose one step is a {@link SupervisedStep}.
   *
   * @param name of the phase
   * @param domain which data set
   * @param labels which labels
   * @param network in any form of batch norm
   * @param auxiliaryWeight of an auxiliary classifier's loss; not read without one
   * @param start where the network's variables come from
   */
  public TrainingPhase phase(
      String name,
      Domain domain,
      Labels labels,
      SegmentationNetwork network,
      double auxiliaryWeight,
      InitialWeights start) {
    SegmentationNetwork trained = network.withBatchNorm(batchNorm);
    String streamName = domain.stream();
    return phase(
        name,
        stream.request(streamName, domain, labels),
        trained,
        start,
        context ->
            SupervisedStep.build(
                    context,
                    trained,
                    this,
                    auxiliaryWeight,
                    streamName,
                    stream.images(context, streamName, trained.normalisation()),
                    context.labels(streamName))
                .step());
  }

  /**
   * Returns the phase of a network with one classifier, as a data-parallel code trains it, by a
   * loss of the caller's.
   *
   * @param name of the phase
   * @param domain which data set
   * @param labels which labels
   * @param network in any form of batch norm
   * @param replicas equal shares of a batch, each normalised by its own statistics
   * @param loss what is minimised
   * @param start where the network's variables come from
   * @throws IllegalArgumentException if the replicas don't divide the batch
   */
  public TrainingPhase phase(
      String name,
      Domain domain,
      Labels labels,
      SegmentationNetwork network,
      int replicas,
      SupervisedLoss loss,
      InitialWeights start) {
    Lengths.requireReplicas(replicas, stream.batch());
    if (replicas == 1 && loss.kind() == SupervisedLoss.Kind.CROSS_ENTROPY) {
      return phase(name, domain, labels, network, 0, start);
    }
    SegmentationNetwork trained = network.withBatchNorm(batchNorm);
    String streamName = domain.stream();
    return phase(
        name,
        stream.request(streamName, domain, labels),
        trained,
        start,
        context ->
            SupervisedStep.of(
                context,
                new ReplicatedNetwork(trained, replicas),
                this,
                loss.loss(network.classes(), processes),
                streamName,
                stream.images(context, streamName, trained.normalisation()),
                context.labels(streamName)));
  }

  private TrainingPhase phase(
      String name,
      StreamRequest drawn,
      SegmentationNetwork trained,
      InitialWeights start,
      Function<StepContext, Step> step) {
    return new TrainingPhase(
        name,
        iterations,
        List.of(drawn),
        Map.of(TrainingPhase.SEGMENTER, start),
        NamePattern.none(),
        trained,
        test,
        context -> List.of(step.apply(context)));
  }
}
