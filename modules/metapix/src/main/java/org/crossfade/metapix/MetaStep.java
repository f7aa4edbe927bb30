package org.crossfade.metapix;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.fcn.Fcn8s;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.Dropout;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * One step of the weighting network (algorithm 2): φ moves along the gradient of the loss on the
 * target behind a virtual step. θ is read and not moved.
 *
 * @param step what is run
 * @param gradient what it learns from
 */
record MetaStep(Step step, MetaGradient gradient) {
  /** Name of the update. */
  static final String UPDATE = "weighting";

  /** Name of the loss term: L_t(φ). */
  static final String TARGET = "seg-target";

  /** Name of the metric L_s. */
  static final String SOURCE = "weighted-source";

  /**
   * Returns the step.
   *
   * @param batches the source's, and the target's behind the virtual step
   */
  static MetaStep build(
      StepContext context,
      MetaTraining training,
      SourceWeighting weighting,
      Map<Domain, PairStep.Batch> batches) {
    context.requireOneWorker("the gradient of its virtual step is differentiated again");
    var tf = context.tf();
    Fcn8s network = batches.get(Domain.SOURCE).network();
    Parameters theta = context.parameters(TrainingPhase.SEGMENTER, network);
    Parameters phi = context.parameters(PairStep.WEIGHTING, weighting.parameters());
    var gradient =
        MetaGradient.of(
            tf,
            training.gradient(),
            batch(context, batches, Domain.SOURCE),
            batch(context, batches, Domain.TARGET),
            theta,
            weighting,
            phi,
            training.alpha(),
            training.targetLoss());
    var update =
        new Update(
            UPDATE,
            List.of(new LossTerm(TARGET, 1, gradient.objective())),
            training.adam().groups(PairStep.WEIGHTING, NamePattern.none(), training.decay()),
            training.adam().optimizer());
    Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>();
    metrics.put(SOURCE, gradient.sourceLoss());
    metrics.put(PairStep.MEAN_WEIGHT, PairStep.mean(tf, gradient.weights()));
    Step step =
        context.step(
            UPDATE,
            training.streams().stream().map(StreamRequest::name).toList(),
            List.of(update),
            List.of(),
            metrics);
    return new MetaStep(step, gradient);
  }

  /**
   * Returns the network of the pass behind the virtual step.
   *
   * @param network the one that is trained
   */
  static Fcn8s behindTheStep(Fcn8s network, MetaTraining training) {
    double rate = network.options().dropout();
    return network
        .through(Domain.TARGET)
        .withRectifiedScores(training.rectifiedScores())
        .withDropout(training.elementDropout() ? Dropout.elements(rate) : Dropout.channels(rate));
  }

  private static MetaGradient.Batch batch(
      StepContext context, Map<Domain, PairStep.Batch> batches, Domain domain) {
    PairStep.Batch batch = batches.get(domain);
    return new MetaGradient.Batch(
        context.training(TrainingPhase.SEGMENTER),
        batch.network(),
        batch.images(),
        batch.labels(),
        batch.network().fullyConnected());
  }
}
