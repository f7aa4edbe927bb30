package org.crossfade.recipes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.ReplicatedNetwork;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.crossfade.recipes.loss.SegmentationLoss;

/**
 * Training of a segmentation network on images of both domains at once, without a discriminator. On
 * labelled images of both, and where a method brings no steps of its own: L = CE(up(z_s), y_s) +
 * CE(up(z_t), y_t), each the mean over its labelled pixels, 255 ignored.
 *
 * <p>Each domain has a forward pass of its own, so that batch statistics are of one domain; both
 * move the running ones.
 *
 * @param iterations how many, at least 1
 * @param decay of the rates
 * @param batchNorm which form; networks without batch norm have none
 * @param processes groups of images that are averaged on their own, as in {@link
 *     SupervisedTraining}
 * @param source what is drawn from the source domain
 * @param target what is drawn from the target domain
 * @param segmenter how the network moves
 * @param test how the network is evaluated
 */
public record JointTraining(
    long iterations,
    Decay decay,
    BatchNorm.Mode batchNorm,
    int processes,
    ImageStream source,
    ImageStream target,
    SegmenterOptimizer segmenter,
    Inference test) {
  /** Checks the ranges. */
  public JointTraining {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, found " + iterations);
    }
    decay.requireLastsFor(iterations);
    Lengths.requireEqualShares(processes, source.batch());
    Lengths.requireEqualShares(processes, target.batch());
  }

  /**
   * Returns the phase, of one step with the terms {@code seg-source} and {@code seg-target}.
   *
   * @param name of the phase
   * @param network in any form of batch norm; evaluated in this recipe's
   * @param start where its variables come from
   */
  public TrainingPhase phase(String name, SegmentationNetwork network, InitialWeights start) {
    return phase(
        name, network, 1, new SegmentationCrossEntropy(LabelSpace.IGNORE, processes), start);
  }

  /**
   * Returns the same phase as a data-parallel code trains it, by a loss of the caller's.
   *
   * @param name of the phase
   * @param network in any form of batch norm; evaluated in this recipe's
   * @param replicas equal shares of a batch, each normalised by its own statistics
   * @param loss of each domain's images
   * @param start where its variables come from
   * @throws IllegalArgumentException if the replicas don't divide both batches
   */
  public TrainingPhase phase(
      String name,
      SegmentationNetwork network,
      int replicas,
      SegmentationLoss loss,
      InitialWeights start) {
    Lengths.requireReplicas(replicas, source.batch());
    Lengths.requireReplicas(replicas, target.batch());
    SegmentationNetwork passes = replicas == 1 ? network : new ReplicatedNetwork(network, replicas);
    return phase(
        name,
        network,
        Map.of(TrainingPhase.SEGMENTER, start),
        Optional.of(Labels.GROUND_TRUTH),
        context -> List.of(labelledStep(context, passes, loss)));
  }

  /**
   * Returns the phase with a method's own steps.
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
    streams.add(source.request(Domain.SOURCE.stream(), Domain.SOURCE, Labels.GROUND_TRUTH));
    targetLabels.ifPresent(
        labels -> streams.add(target.request(Domain.TARGET.stream(), Domain.TARGET, labels)));
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

  /**
   * Returns a step of one update of the network: a pass of each domain, the source's first, and a
   * method's own terms. Both passes move the running statistics.
   *
   * @param name of the step
   * @param network in any form of batch norm; trained in this recipe's
   * @param images of both domains
   * @param terms what is minimised, of the network's answers to source and target images
   */
  public Step step(
      StepContext context,
      String name,
      SegmentationNetwork network,
      DomainImages images,
      BiFunction<Prediction, Prediction, List<LossTerm>> terms) {
    SegmentationNetwork trained = network.withBatchNorm(batchNorm);
    var weights = context.parameters(TrainingPhase.SEGMENTER, trained);
    Prediction source =
        trained.forward(context.training(TrainingPhase.SEGMENTER), weights, images.sourceImages());
    Prediction target =
        trained.forward(context.training(TrainingPhase.SEGMENTER), weights, images.targetImages());
    Update update = segmenter.update(trained, decay, terms.apply(source, target));
    return context.step(name, AdversarialTraining.STREAMS, List.of(update));
  }

  private Step labelledStep(
      StepContext context, SegmentationNetwork network, SegmentationLoss loss) {
    return step(
        context,
        SupervisedStep.UPDATE,
        network,
        DomainImages.of(context, source, target, network.normalisation()),
        (ofSource, ofTarget) ->
            List.of(
                labelledTerm(context, loss, Domain.SOURCE.stream(), ofSource),
                labelledTerm(context, loss, Domain.TARGET.stream(), ofTarget)));
  }

  private static LossTerm labelledTerm(
      StepContext context, SegmentationLoss loss, String stream, Prediction prediction) {
    return new LossTerm(
        SupervisedStep.SEGMENTATION + "-" + stream,
        1,
        loss.apply(context.tf(), prediction.logits(), context.labels(stream)));
  }
}
