package org.crossfade.pixda;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.ConvolutionalDiscriminator;
import org.crossfade.core.nn.Discriminator;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.BinaryAlignment;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.Upsampling;
import org.crossfade.recipes.loss.DomainLoss;
import org.crossfade.recipes.loss.SegmentationLoss;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One step of PixDA's adversarial phase, on source images in the target's style and labelled target
 * images.
 *
 * <p>Segmenter: L_seg(source) + L_seg(target) + λ·L_pixadv. The discriminators learn from the same
 * predictions, softmax(up(z)): source 0, target 1, each domain with the weight λ_d. The image-wise
 * one only scores source images; no loss of the segmenter reads it.
 *
 * @param step what is run
 * @param segmentationSource L_seg of the source, scalar
 * @param segmentationTarget L_seg of the target, scalar
 * @param adversarial L_pixadv, or the image-wise adversarial loss, scalar
 * @param alignment the discriminator of the adversarial loss
 * @param selecting the image-wise discriminator of the selection
 */
public record PixelAdversarialStep(
    Step step,
    Operand<TFloat32> segmentationSource,
    Operand<TFloat32> segmentationTarget,
    Operand<TFloat32> adversarial,
    BinaryAlignment alignment,
    Optional<BinaryAlignment> selecting) {
  /** Role of the variables of the discriminator that the segmenter is trained against. */
  public static final String DISCRIMINATOR = "discriminator";

  /** Role of the variables of the discriminator that selects source images. */
  public static final String IMAGE_DISCRIMINATOR = "image-discriminator";

  /** Name of the adversarial term. */
  private static final String ADVERSARIAL = "adv";

  /**
   * {@return the step}
   *
   * @param context the phase whose graph the step is built in
   * @param network in the form that is trained; its variables have the role {@code segmenter}
   * @param options of the method
   * @param images of both domains, normalised
   */
  public static PixelAdversarialStep build(
      StepContext context, SegmentationNetwork network, PixDaOptions options, DomainImages images) {
    Ops tf = context.tf();
    AdversarialTraining training = options.adversarial();
    var weights = context.parameters(TrainingPhase.SEGMENTER, network);
    Operand<TFloat32> source =
        network
            .forward(context.training(TrainingPhase.SEGMENTER), weights, images.sourceImages())
            .logits();
    Operand<TFloat32> target =
        network
            .forward(context.training(TrainingPhase.SEGMENTER), weights, images.targetImages())
            .logits();
    Operand<TFloat32> sourceLogits = Upsampling.toSizeOf(tf, source, images.sourceLabels());
    Operand<TFloat32> targetLogits = Upsampling.toSizeOf(tf, target, images.targetLabels());
    SegmentationLoss loss = options.segmentation().loss(network.classes(), training.processes());
    Operand<TFloat32> sourceLoss = loss.apply(tf, sourceLogits, images.sourceLabels());
    Operand<TFloat32> targetLoss = loss.apply(tf, targetLogits, images.targetLabels());

    Operand<TFloat32> sourceProbabilities = tf.nn.softmax(sourceLogits);
    Operand<TFloat32> targetProbabilities = tf.nn.softmax(targetLogits);
    PixDaOptions.Alignment aligned = options.alignment();
    BinaryAlignment alignment =
        alignment(
            context,
            DISCRIMINATOR,
            aligned.discriminator(network.classes()),
            sourceProbabilities,
            targetProbabilities);
    Operand<TFloat32> adversarial =
        aligned.level() == PixDaOptions.Level.PIXEL
            ? aligned
                .pixelLoss()
                .apply(tf, alignment.targetOutput(), targetLogits, images.targetLabels())
            : alignment.adversarial();
    Optional<BinaryAlignment> selecting =
        Optional.of(options.selection())
            .filter(PixDaOptions.SourceSelection::enabled)
            .map(
                selection ->
                    alignment(
                        context,
                        IMAGE_DISCRIMINATOR,
                        imageDiscriminator(network, selection),
                        sourceProbabilities,
                        targetProbabilities));

    var segmenter =
        List.of(
            new LossTerm("seg-source", 1, sourceLoss),
            new LossTerm("seg-target", 1, targetLoss),
            new LossTerm(ADVERSARIAL, aligned.lambdaAdv(), adversarial));
    var step =
        context.step(
            "adversarial",
            AdversarialTraining.STREAMS,
            updates(options, network, segmenter, alignment, selecting));
    return new PixelAdversarialStep(
        step, sourceLoss, targetLoss, adversarial, alignment, selecting);
  }

  private static List<Update> updates(
      PixDaOptions options,
      SegmentationNetwork network,
      List<LossTerm> segmenter,
      BinaryAlignment alignment,
      Optional<BinaryAlignment> selecting) {
    AdversarialTraining training = options.adversarial();
    PixDaOptions.Alignment aligned = options.alignment();
    var updates = new ArrayList<Update>();
    updates.add(
        training.segmenter().update(network, training.decay(), segmenter, options.firstStep()));
    updates.add(
        alignment.update(training, aligned.discriminatorWeight(cells(alignment.targetOutput()))));
    selecting.ifPresent(images -> updates.add(images.update(training, aligned.lambdaD())));
    return updates;
  }

  /**
   * Returns the scores by which source images are selected: of the same images as in a step, with
   * the running statistics.
   *
   * @param network in the form that is trained
   * @return [N]
   */
  static Operand<TFloat32> scores(
      StepContext context, SegmentationNetwork network, PixDaOptions options, DomainImages images) {
    Ops tf = context.tf();
    Operand<TFloat32> logits =
        network
            .forward(
                Forward.inference(tf),
                context.parameters(TrainingPhase.SEGMENTER, network),
                images.sourceImages())
            .logits();
    Discriminator discriminator = imageDiscriminator(network, options.selection());
    Operand<TFloat32> map =
        discriminator.forward(
            tf,
            context.parameters(IMAGE_DISCRIMINATOR, discriminator),
            tf.nn.softmax(Upsampling.toSizeOf(tf, logits, images.sourceLabels())));
    return options.selection().score().of(tf, map);
  }

  private static Discriminator imageDiscriminator(
      SegmentationNetwork network, PixDaOptions.SourceSelection selection) {
    return new ConvolutionalDiscriminator(network.classes(), selection.discriminatorWidth());
  }

  private static BinaryAlignment alignment(
      StepContext context,
      String role,
      Discriminator discriminator,
      Operand<TFloat32> source,
      Operand<TFloat32> target) {
    return BinaryAlignment.of(
        context.tf(),
        role,
        discriminator,
        context.parameters(role, discriminator),
        DomainLoss.VANILLA,
        source,
        target);
  }

  /** Cells that a discriminator answers for in one image. */
  private static long cells(Operand<TFloat32> output) {
    return output.shape().get(1) * output.shape().get(2);
  }
}
