package org.crossfade.baselines;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.PhaseInFront;
import org.crossfade.recipes.loss.EntropyLoss;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * AdaBN: Li et al., «Revisiting Batch Normalization For Practical Domain Adaptation», arXiv
 * 1603.04779. Weights, scale and shift of a source model stay as they are; the running statistics
 * of its batch norm are replaced by the target's.
 *
 * <p>Batches normalise by their own statistics, as in training, and dropout is off. A running
 * statistic ends as the plain mean over all batches of the batch's mean, or of its variance with
 * Bessel's correction: nothing of the source's is left after the first batch.
 */
public final class AdaBn implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "adabn";

  /** Name of the phase on target images. */
  public static final String STATISTICS = "statistics";

  /** Name of what the phase logs: the mean entropy of its predictions, 0..1. */
  public static final String ENTROPY = "entropy";

  private final AdaBnOptions options;
  private final SegmentationNetwork network;
  private final SegmentationNetwork measured;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   * @throws IllegalArgumentException if the network has no batch norm
   */
  public AdaBn(AdaBnOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
    this.measured = network.withBatchNorm(BatchNorm.Mode.BATCH_STATISTICS);
    if (measured.parameters().stream()
        .noneMatch(variable -> variable.kind() == ParameterSpec.Kind.STATISTIC)) {
      throw new IllegalArgumentException(
          "network '"
              + network.name()
              + "' has no batch norm, whose running statistics are all that adabn adapts; choose a"
              + " network.kind that has, or the method source-only");
    }
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start = PhaseInFront.source(phases, options.source(), network);
    AdaBnOptions.Statistics statistics = options.statistics();
    phases.add(
        new TrainingPhase(
            STATISTICS,
            statistics.iterations(),
            List.of(
                statistics.stream().request(Domain.TARGET.stream(), Domain.TARGET, Labels.NONE)),
            Map.of(TrainingPhase.SEGMENTER, start),
            NamePattern.of(TrainingPhase.SEGMENTER + ".**"),
            measured,
            statistics.test(),
            context -> List.of(step(context))));
    return List.copyOf(phases);
  }

  private Step step(StepContext context) {
    var tf = context.tf();
    String target = Domain.TARGET.stream();
    Operand<TFloat32> images =
        options.statistics().stream().images(context, target, measured.normalisation());
    Parameters parameters = context.parameters(TrainingPhase.SEGMENTER, measured);
    Operand<TFloat32> batches =
        tf.math.add(tf.dtypes.cast(context.iteration(), TFloat32.class), tf.constant(1f));
    Forward pass =
        context
            .batchStatistics(TrainingPhase.SEGMENTER)
            .withBatchShare(tf.math.reciprocal(batches));
    Prediction prediction = measured.forward(pass, parameters, images);
    return context.step(
        STATISTICS,
        List.of(target),
        List.of(),
        List.of(),
        Map.of(ENTROPY, new EntropyLoss().apply(tf, prediction.logits())));
  }

  /** Makes the method from its section of options. */
  public static final class Factory extends MethodFactory<AdaBnOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "AdaBN: running statistics of the target in a source model (Li et al., 2016)",
          new Contribution.Reference(
              "what the target's statistics alone do to a network of the source"),
          AdaBnOptions.class,
          (options, labels) -> new AdaBn(options, labels.classes()));
    }
  }
}
