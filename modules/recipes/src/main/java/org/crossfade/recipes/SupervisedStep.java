package org.crossfade.recipes;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.loss.Reduction;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.crossfade.recipes.loss.SegmentationLoss;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One step of supervised training: L = CE(up(z), y) + λ·CE(up(z'), y), 255 ignored, no temperature;
 * the second term where the network has an auxiliary classifier.
 *
 * @param step what is run
 * @param prediction the network's answer
 * @param lossPerProcess of the main classifier, [processes]
 */
public record SupervisedStep(Step step, Prediction prediction, Operand<TFloat32> lossPerProcess) {
  /** Name of the step, and of its update. */
  public static final String UPDATE = SegmenterOptimizer.UPDATE;

  /** Name of the loss term. */
  public static final String SEGMENTATION = "seg";

  /** Name of the auxiliary classifier's loss term. */
  public static final String AUXILIARY = "seg-auxiliary";

  /**
   * Returns the step.
   *
   * @param network in the form that is trained; its variables have the role {@code segmenter}
   * @param recipe its optimizer, decay and processes are read
   * @param auxiliaryWeight λ; not read without an auxiliary classifier
   * @param stream name of the stream that is drawn
   * @param images normalised, [N, H, W, 3]
   * @param labels [N, H, W]
   */
  public static SupervisedStep build(
      StepContext context,
      SegmentationNetwork network,
      SupervisedTraining recipe,
      double auxiliaryWeight,
      String stream,
      Operand<TFloat32> images,
      Operand<TInt32> labels) {
    var tf = context.tf();
    Prediction prediction =
        network.forward(
            context.training(TrainingPhase.SEGMENTER),
            context.parameters(TrainingPhase.SEGMENTER, network),
            images);
    var loss = new SegmentationCrossEntropy(LabelSpace.IGNORE, recipe.processes());
    Operand<TFloat32> perProcess = loss.perGroup(tf, prediction.logits(), labels);
    var terms = new ArrayList<LossTerm>();
    terms.add(new LossTerm(SEGMENTATION, 1, Reduction.MEAN.of(tf, perProcess)));
    prediction
        .auxiliaryLogits()
        .ifPresent(
            logits ->
                terms.add(
                    new LossTerm(AUXILIARY, auxiliaryWeight, loss.apply(tf, logits, labels))));
    Update update = recipe.segmenter().update(network, recipe.decay(), terms);
    Step step = context.step(UPDATE, List.of(stream), List.of(update));
    return new SupervisedStep(step, prediction, perProcess);
  }

  /**
   * Returns the step of a network with one classifier and a loss of the caller's, its one term
   * {@value #SEGMENTATION}.
   *
   * @param network in the form that is trained; its variables have the role {@code segmenter}
   * @param recipe its optimizer and decay are read
   * @param loss what is minimised
   * @param stream name of the stream that is drawn
   * @param images normalised, [N, H, W, 3]
   * @param labels [N, H, W]
   */
  public static Step of(
      StepContext context,
      SegmentationNetwork network,
      SupervisedTraining recipe,
      SegmentationLoss loss,
      String stream,
      Operand<TFloat32> images,
      Operand<TInt32> labels) {
    Prediction prediction =
        network.forward(
            context.training(TrainingPhase.SEGMENTER),
            context.parameters(TrainingPhase.SEGMENTER, network),
            images);
    var term = new LossTerm(SEGMENTATION, 1, loss.apply(context.tf(), prediction.logits(), labels));
    Update update = recipe.segmenter().update(network, recipe.decay(), List.of(term));
    return context.step(UPDATE, List.of(stream), List.of(update));
  }
}
