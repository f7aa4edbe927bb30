package org.crossfade.recipes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.ConvolutionalDiscriminator;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.loss.Reduction;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One step of AdaptSegNet: segmenter and discriminators from one forward pass, the source images
 * first.
 *
 * <p>The segmenter minimises L_seg2 + λ_seg·L_seg1 + λ_adv1·L_adv1 + λ_adv2·L_adv2, 1 being the
 * auxiliary level and 2 the main one; with one level the terms of level 1 are not there. The
 * discriminators see softmax(up(z)/T).
 *
 * @param step what is run
 * @param source the network's answer to the source images
 * @param target its answer to the target images
 * @param main the main level
 * @param auxiliary the auxiliary level, with an auxiliary head
 */
public record AdaptSegNetStep(
    Step step, Prediction source, Prediction target, Level main, Optional<Level> auxiliary) {
  /** Role of the main level's discriminator. */
  public static final String DISCRIMINATOR = "discriminator";

  /** Role of the auxiliary level's discriminator. */
  public static final String AUXILIARY_DISCRIMINATOR = "auxiliary-discriminator";

  /**
   * One classifier and its discriminator.
   *
   * @param segmentation its cross entropy, unweighted, [processes]
   * @param alignment of its probabilities
   */
  public record Level(Operand<TFloat32> segmentation, BinaryAlignment alignment) {}

  /**
   * Returns the step.
   *
   * @param network in the form that is trained; its variables have the role {@code segmenter}
   * @param training its optimizers, decay and processes are read
   * @param alignment what is aligned
   */
  public static AdaptSegNetStep build(
      StepContext context,
      SegmentationNetwork network,
      AdversarialTraining training,
      OutputSpaceAlignment alignment,
      DomainImages images) {
    var weights = context.parameters(TrainingPhase.SEGMENTER, network);
    Prediction source =
        network.forward(context.training(TrainingPhase.SEGMENTER), weights, images.sourceImages());
    Prediction target =
        network.forward(context.training(TrainingPhase.SEGMENTER), weights, images.targetImages());
    var levels = new LevelBuilder(context, network.classes(), training, alignment, images);
    Level main = levels.level(DISCRIMINATOR, source.logits(), target.logits());
    Optional<Level> auxiliary =
        source
            .auxiliaryLogits()
            .map(
                logits ->
                    levels.level(
                        AUXILIARY_DISCRIMINATOR, logits, target.auxiliaryLogits().orElseThrow()));

    Ops tf = context.tf();
    List<LossTerm> terms = new ArrayList<>();
    terms.add(new LossTerm("seg", 1, Reduction.MEAN.of(tf, main.segmentation())));
    auxiliary.ifPresent(
        level ->
            terms.add(
                new LossTerm(
                    "seg-auxiliary",
                    alignment.lambdaSeg(),
                    Reduction.MEAN.of(tf, level.segmentation()))));
    auxiliary.ifPresent(
        level ->
            terms.add(
                new LossTerm(
                    "adv-auxiliary", alignment.lambdaAdv1(), level.alignment().adversarial())));
    terms.add(new LossTerm("adv", alignment.lambdaAdv2(), main.alignment().adversarial()));
    List<Update> updates = new ArrayList<>();
    updates.add(training.update(network, terms));
    auxiliary.ifPresent(level -> updates.add(level.alignment().update(training)));
    updates.add(main.alignment().update(training));
    Step step = context.step("adversarial", AdversarialTraining.STREAMS, updates);
    return new AdaptSegNetStep(step, source, target, main, auxiliary);
  }

  /** What the levels of a step have in common. */
  private record LevelBuilder(
      StepContext context,
      int classes,
      AdversarialTraining training,
      OutputSpaceAlignment alignment,
      DomainImages images) {

    Level level(String role, Operand<TFloat32> sourceLogits, Operand<TFloat32> targetLogits) {
      Ops tf = context.tf();
      Operand<TFloat32> source =
          softened(images.sourceImages(), sourceLogits, alignment.sourceTemperature());
      Operand<TFloat32> target =
          softened(images.targetImages(), targetLogits, alignment.targetTemperature());
      Operand<TFloat32> segmentation =
          new SegmentationCrossEntropy(LabelSpace.IGNORE, training.processes())
              .perGroup(tf, source, images.sourceLabels());
      var discriminator = new ConvolutionalDiscriminator(classes, alignment.discriminatorWidth());
      return new Level(
          segmentation,
          BinaryAlignment.of(
              tf,
              role,
              discriminator,
              context.parameters(role, discriminator),
              alignment.gan(),
              tf.nn.softmax(source),
              tf.nn.softmax(target)));
    }

    private Operand<TFloat32> softened(
        Operand<TFloat32> input, Operand<TFloat32> logits, double temperature) {
      Ops tf = context.tf();
      return Upsampling.softened(tf, Upsampling.toSizeOf(tf, logits, input), temperature);
    }
  }
}
