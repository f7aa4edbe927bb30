package org.crossfade.metapix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One step of the segmentation network on a batch of each domain (algorithm 3, and the first loop
 * of algorithm 1): L = L_s + L_t, one update of θ. φ is read and not moved.
 *
 * <p>Without batch norm the official code's one pass of both batches is two passes.
 *
 * @param step what is run
 * @param weights W, [N, H, W]; in weighted training only
 */
record PairStep(Step step, Optional<Operand<TFloat32>> weights) {
  /** Name of the update. */
  static final String UPDATE = "segmenter";

  /** Role of the weighting network's variables. */
  static final String WEIGHTING = "weighting";

  /** Name of the source's loss term. */
  static final String SOURCE = "seg-source";

  /** Name of the target's loss term. */
  static final String TARGET = "seg-target";

  /** Name of the entropy's loss term. */
  static final String ENTROPY = "entropy";

  /** Name of the metric that is the mean of W. */
  static final String MEAN_WEIGHT = "mean-weight";

  /**
   * A batch of one domain.
   *
   * @param network the way that it takes
   * @param images normalised, [N, H, W, 3]
   * @param labels [N, H, W]
   */
  record Batch(Fcn8s network, Operand<TFloat32> images, Operand<TInt32> labels) {}

  /**
   * Returns the step.
   *
   * @param batches of the domains that {@code training} draws
   * @param weighting read where source images are weighted
   */
  static PairStep build(
      StepContext context,
      PairTraining training,
      SourceWeighting weighting,
      Map<Domain, Batch> batches) {
    var terms = new ArrayList<LossTerm>();
    var metrics = new LinkedHashMap<String, Operand<TFloat32>>();
    Optional<Operand<TFloat32>> weights = Optional.empty();
    NamePattern frozen = NamePattern.none();
    if (training.draws(Domain.SOURCE)) {
      Batch batch = batches.get(Domain.SOURCE);
      if (training.sourceLoss() == PairTraining.SourceLoss.WEIGHTED) {
        weights = Optional.of(weights(context, weighting, batch));
        metrics.put(MEAN_WEIGHT, mean(context.tf(), weights.get()));
      }
      terms.add(sourceTerm(context, training, batch, weights));
    } else {
      frozen = Fcn8s.separate(Domain.SOURCE).under(TrainingPhase.SEGMENTER);
    }
    if (training.draws(Domain.TARGET)) {
      Batch batch = batches.get(Domain.TARGET);
      Operand<TFloat32> logits = logits(context, batch);
      terms.add(
          new LossTerm(
              TARGET,
              1,
              training.targetLoss() == TargetLoss.LABELLED_MEAN
                  ? labelledMean(context, training, batch, logits)
                  : training.targetLoss().of(context.tf(), logits, batch.labels())));
      training
          .entropy()
          .ifPresent(e -> terms.add(new LossTerm(ENTROPY, e.weight(), e.of(context.tf(), logits))));
    } else {
      frozen = Fcn8s.separate(Domain.TARGET).under(TrainingPhase.SEGMENTER);
    }
    var update =
        new Update(
            UPDATE,
            terms,
            training.adam().groups(TrainingPhase.SEGMENTER, frozen, training.decay()),
            training.adam().optimizer());
    Step step =
        context.step(
            UPDATE,
            training.streams().stream().map(StreamRequest::name).toList(),
            List.of(update),
            List.of(),
            metrics);
    return new PairStep(step, weights);
  }

  private static LossTerm sourceTerm(
      StepContext context,
      PairTraining training,
      Batch batch,
      Optional<Operand<TFloat32>> weights) {
    Ops tf = context.tf();
    Operand<TFloat32> logits = logits(context, batch);
    Operand<TFloat32> loss =
        switch (training.sourceLoss()) {
          case LABELLED_MEAN -> labelledMean(context, training, batch, logits);
          case ALL_PIXELS -> TargetLoss.ALL_PIXELS.of(tf, logits, batch.labels());
          case WEIGHTED ->
              WeightedCrossEntropy.of(tf, logits, batch.labels(), weights.orElseThrow()).loss();
          case NONE -> throw new IllegalStateException("the loss of the source is left out");
        };
    return new LossTerm(SOURCE, training.sourceFactor(), loss);
  }

  private static Operand<TFloat32> labelledMean(
      StepContext context, PairTraining training, Batch batch, Operand<TFloat32> logits) {
    return training
        .segmentation()
        .loss(batch.network().classes(), 1)
        .apply(context.tf(), logits, batch.labels());
  }

  private static Operand<TFloat32> weights(
      StepContext context, SourceWeighting weighting, Batch batch) {
    Parameters phi = context.parameters(WEIGHTING, weighting.parameters());
    return weighting.weights(context.tf(), phi, batch.images(), batch.labels());
  }

  private static Operand<TFloat32> logits(StepContext context, Batch batch) {
    Parameters theta = context.parameters(TrainingPhase.SEGMENTER, batch.network());
    return batch
        .network()
        .forward(context.training(TrainingPhase.SEGMENTER), theta, batch.images())
        .logits();
  }

  /** The mean over images and pixels. */
  static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> weights) {
    return tf.math.mean(weights, tf.constant(new int[] {0, 1, 2}));
  }
}
