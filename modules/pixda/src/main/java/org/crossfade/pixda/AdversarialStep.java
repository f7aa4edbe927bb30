package org.crossfade.pixda;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.ConvolutionalDiscriminator;
import org.crossfade.core.nn.Discriminator;
import org.crossfade.core.nn.Resize;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.BinaryAlignment;
import org.crossfade.recipes.loss.DomainLoss;
import org.crossfade.recipes.loss.SegmentationLoss;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

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
public record AdversarialStep(
    Step step,
    Operand<TFloat32> segmentationSource,
    Operand<TFloat32> segmentationTarget,
    Operand<TFloat32> adversarial,
    BinaryAlignment alignment,
    Optional<BinaryAlignment> selecting) {
  /** Name of the segmenter's update. */
  public static final String SEGMENTER_UPDATE = "segmenter";

  /** Role of the variables of the discriminator that the segmenter is trained against. */
  public static final String DISCRIMINATOR = "discriminator";

  /** Role of the variables of the discriminator that selects source images. */
  public static final String IMAGE_DISCRIMINATOR = "image-discriminator";

  /** Name of the adversarial term. */
  private static final String ADVERSARIAL = "adv";

  /**
   * Returns the step.
   *
   * @param network in the form that is trained; its variables have the role {@code segmenter}
   */
  public static AdversarialStep build(
      StepContext context,
      SegmentationNetwork network,
      PixDaOptions options,
      DomainBatches batches) {
    Ops tf = context.tf();
    AdversarialTraining training = options.adversarial();
    var weights = context.parameters(TrainingPhase.SEGMENTER, network);
    Forward sourcePass = context.training(TrainingPhase.SEGMENTER);
    Forward targetPass = context.training(TrainingPhase.SEGMENTER);
    var normalisation = network.normalisation();
    Operand<TFloat32> styled = normalisation.ofFloat(tf, batches.styled(tf, options.style()));
    Operand<TFloat32> plain = normalisation.apply(tf, batches.targetImages());
    Operand<TFloat32> source = network.forward(sourcePass, weights, styled).logits();
    Operand<TFloat32> target = network.forward(targetPass, weights, plain).logits();
    Operand<TFloat32> sourceLogits = atSizeOf(tf, source, batches.sourceLabels());
    Operand<TFloat32> targetLogits = atSizeOf(tf, target, batches.targetLabels());
    SegmentationLoss loss = options.segmentation().loss(network.classes(), training.processes());
    Operand<TFloat32> sourceLoss = loss.apply(tf, sourceLogits, batches.sourceLabels());
    Operand<TFloat32> targetLoss = loss.apply(tf, targetLogits, batches.targetLabels());

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
                .apply(tf, alignment.targetOutput(), targetLogits, batches.targetLabels())
            : alignment.adversarial();
    Optional<BinaryAlignment> selecting =
        Optional.of(options.selection())
            .filter(PixDaOptions.Selection::enabled)
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
    List<StateUpdate> moved = new ArrayList<>(sourcePass.stateUpdates());
    moved.addAll(targetPass.stateUpdates());
    var step =
        new Step(
            "adversarial",
            List.of(AdversarialTraining.SOURCE, AdversarialTraining.TARGET),
            updates(options, network, segmenter, alignment, selecting),
            moved);
    return new AdversarialStep(step, sourceLoss, targetLoss, adversarial, alignment, selecting);
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
        new Update(
            SEGMENTER_UPDATE,
            segmenter,
            training.segmenter().groups(TrainingPhase.SEGMENTER, network, training.decay()),
            training.segmenter().optimizer(options.firstStep())));
    updates.add(
        alignment.update(training, aligned.discriminatorWeight(cells(alignment.targetOutput()))));
    selecting.ifPresent(judge -> updates.add(judge.update(training, aligned.lambdaD())));
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
      StepContext context,
      SegmentationNetwork network,
      PixDaOptions options,
      DomainBatches batches) {
    Ops tf = context.tf();
    Operand<TFloat32> logits =
        network
            .forward(
                Forward.inference(tf),
                context.parameters(TrainingPhase.SEGMENTER, network),
                network.normalisation().ofFloat(tf, batches.styled(tf, options.style())))
            .logits();
    Discriminator judge = imageDiscriminator(network, options.selection());
    Operand<TFloat32> map =
        judge.forward(
            tf,
            context.parameters(IMAGE_DISCRIMINATOR, judge),
            tf.nn.softmax(atSizeOf(tf, logits, batches.sourceLabels())));
    return options.selection().score().of(tf, map);
  }

  private static Discriminator imageDiscriminator(
      SegmentationNetwork network, PixDaOptions.Selection selection) {
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

  static Operand<TFloat32> atSizeOf(Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    return Resize.bilinear(tf, logits, (int) labels.shape().get(1), (int) labels.shape().get(2));
  }
}
