package org.crossfade.fada;

import java.util.List;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.fada.loss.DomainEncoding;
import org.crossfade.fada.loss.FineGrainedDomainLoss;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.Upsampling;
import org.crossfade.recipes.loss.Reduction;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One step of FADA's adversarial phase: segmenter and discriminator from one forward pass.
 *
 * <p>Segmenter: L_seg + λ_adv·H(a_t, source half); discriminator: λ_d·H(a_s, source half) +
 * λ_d·H(a_t, target half). Each update differentiates with respect to its own variables alone, so
 * the adversarial term does not move the discriminator, the discriminator's terms do not reach the
 * features, and its one pass over the target's features serves both. All losses per process are
 * unweighted.
 *
 * @param step what is run
 * @param source the network's answer to the source images
 * @param target its answer to the target images
 * @param segmentation L_seg, [processes]
 * @param adversarial H(a_t, source half), [processes]
 * @param discriminatorSource H(a_s, source half), [processes]
 * @param discriminatorTarget H(a_t, target half), [processes]
 */
public record FineGrainedStep(
    Step step,
    Prediction source,
    Prediction target,
    Operand<TFloat32> segmentation,
    Operand<TFloat32> adversarial,
    Operand<TFloat32> discriminatorSource,
    Operand<TFloat32> discriminatorTarget) {
  /** Role of the discriminator's variables. */
  public static final String DISCRIMINATOR = "discriminator";

  /**
   * {@return the step}
   *
   * @param context the phase whose graph the step is built in
   * @param network in the form that is trained; its variables have the role {@code segmenter}
   * @param training its optimizers, decay and processes are read
   * @param alignment what is aligned
   * @param images of both domains, normalised
   */
  public static FineGrainedStep build(
      StepContext context,
      SegmentationNetwork network,
      AdversarialTraining training,
      FadaOptions.Alignment alignment,
      DomainImages images) {
    Ops tf = context.tf();
    int processes = training.processes();
    DomainEncoding encoding = alignment.domainEncoding();
    var discriminator =
        new FadaDiscriminator(
            network.featureChannels(),
            encoding.channels(network.classes()),
            alignment.discriminatorWidth());
    var weights = context.parameters(TrainingPhase.SEGMENTER, network);
    var discriminatorParameters = context.parameters(DISCRIMINATOR, discriminator);
    Prediction source =
        network.forward(context.training(TrainingPhase.SEGMENTER), weights, images.sourceImages());
    Prediction target =
        network.forward(context.training(TrainingPhase.SEGMENTER), weights, images.targetImages());
    Operand<TFloat32> sourceLogits =
        Upsampling.toSizeOf(tf, source.logits(), images.sourceImages());
    Operand<TFloat32> targetLogits =
        Upsampling.toSizeOf(tf, target.logits(), images.targetImages());
    double temperature = alignment.temperature();
    Operand<TFloat32> sourceDomains =
        encoding.labels(tf, Upsampling.softened(tf, sourceLogits, temperature));
    Operand<TFloat32> targetDomains =
        encoding.labels(tf, Upsampling.softened(tf, targetLogits, temperature));
    Operand<TFloat32> sourceOutput =
        discriminator.forward(tf, discriminatorParameters, source.features());
    Operand<TFloat32> targetOutput =
        discriminator.forward(tf, discriminatorParameters, target.features());

    Reduction reduction = alignment.reduction();
    var domainLoss = new FineGrainedDomainLoss(reduction);
    Operand<TFloat32> segmentation =
        new SegmentationCrossEntropy(LabelSpace.IGNORE, processes, reduction)
            .perGroup(
                tf,
                Upsampling.softened(tf, sourceLogits, alignment.segmentationTemperature()),
                images.sourceLabels());
    Operand<TFloat32> adversarial =
        grouped(
            tf,
            reduction,
            processes,
            domainLoss.perImage(tf, targetOutput, targetDomains, Domain.SOURCE));
    Operand<TFloat32> discriminatorSource =
        grouped(
            tf,
            reduction,
            processes,
            domainLoss.perImage(tf, sourceOutput, sourceDomains, Domain.SOURCE));
    Operand<TFloat32> discriminatorTarget =
        grouped(
            tf,
            reduction,
            processes,
            domainLoss.perImage(tf, targetOutput, targetDomains, Domain.TARGET));

    Update segmenterUpdate =
        training.update(
            network,
            List.of(
                new LossTerm("seg", 1, reduction.of(tf, segmentation)),
                new LossTerm("adv", alignment.lambdaAdv(), reduction.of(tf, adversarial))));
    Update discriminatorUpdate =
        training.update(
            DISCRIMINATOR,
            List.of(
                new LossTerm(
                    "d-source", alignment.lambdaD(), reduction.of(tf, discriminatorSource)),
                new LossTerm(
                    "d-target", alignment.lambdaD(), reduction.of(tf, discriminatorTarget))));
    var step =
        context.step(
            "adversarial",
            AdversarialTraining.STREAMS,
            List.of(segmenterUpdate, discriminatorUpdate));
    return new FineGrainedStep(
        step, source, target, segmentation, adversarial, discriminatorSource, discriminatorTarget);
  }

  /** From one value an image to one value a process. */
  private static Operand<TFloat32> grouped(
      Ops tf, Reduction reduction, int processes, Operand<TFloat32> perImage) {
    Operand<TFloat32> rows = tf.reshape(perImage, tf.constant(new int[] {processes, -1}));
    return reduction == Reduction.SUM
        ? tf.reduceSum(rows, tf.constant(1))
        : tf.math.mean(rows, tf.constant(1));
  }
}
