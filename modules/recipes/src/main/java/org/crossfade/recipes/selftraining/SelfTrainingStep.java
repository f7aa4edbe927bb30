package org.crossfade.recipes.selftraining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.DetailWindow;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.optim.ParameterGroup;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One iteration of DAFormer's and HRDA's self-training, in one run: the teacher follows the student
 * of the iteration before and labels the unlabelled images; labelled images are pasted into them;
 * the student learns the labelled and the mixed images and keeps its features near those of its
 * starting weights. Source: {@code DACS.forward_train} of HRDA, whose three backward passes add up
 * to the gradient of this sum.
 *
 * <p>Both passes move the student's running statistics, the labelled images' first. The teacher
 * normalises by its batch and drops nothing; its own running statistics are never read.
 *
 * @param step what is run
 * @param labelled the pass on labelled images
 * @param mixed the pass on mixed images; none where everything is supervised
 * @param pseudoLabels the teacher's answer; none where everything is supervised
 */
public record SelfTrainingStep(
    Step step, Pass labelled, Optional<Pass> mixed, Optional<PseudoLabels> pseudoLabels) {
  /** Name of the step and of its update. */
  public static final String UPDATE = "segmenter";

  /** Name of the terms of labelled images, or what their names begin with. */
  public static final String SEGMENTATION = "seg";

  /** Name of the terms of mixed images, or what their names begin with. */
  public static final String MIXED = "mixed";

  /** Name of the distance of features. */
  public static final String DISTANCE = "feature-distance";

  /** Name of the logged share of confident pixels, q. */
  public static final String CONFIDENT = "q";

  /** Pixels of an image of one cell of a map of detail. */
  private static final int DETAIL_STRIDE = 4;

  /**
   * What a step is fed.
   *
   * @param labelled normalised, [N, H, W, 3]
   * @param labels [N, H, W]
   * @param unlabelled normalised, [N, H, W, 3]; none where everything is supervised
   * @param trusted 1, and 0 in margins, [N, H, W]; with {@code unlabelled}
   */
  public record Images(
      Operand<TFloat32> labelled,
      Operand<TInt32> labels,
      Optional<Operand<TFloat32>> unlabelled,
      Optional<Operand<TFloat32>> trusted) {

    /** Returns what the phase's streams draw. */
    public static Images of(StepContext context, SelfTraining recipe, SegmentationNetwork network) {
      Ops tf = context.tf();
      var normalisation = network.normalisation();
      var labelled = recipe.labelled().images(context, SelfTraining.LABELLED, normalisation);
      var labels = context.labels(SelfTraining.LABELLED);
      if (recipe.setting() == SelfTraining.Setting.SUPERVISED) {
        return new Images(labelled, labels, Optional.empty(), Optional.empty());
      }
      Operand<TFloat32> trusted =
          tf.dtypes.cast(
              tf.math.notEqual(
                  context.labels(SelfTraining.UNLABELLED), tf.constant(LabelSpace.IGNORE)),
              TFloat32.class);
      return new Images(
          labelled,
          labels,
          Optional.of(normalisation.apply(tf, context.images(SelfTraining.UNLABELLED))),
          Optional.of(trusted));
    }
  }

  /**
   * Random choices that a caller makes itself; what is empty is drawn.
   *
   * @param chosenClasses 1 for pasted ids, else 0, [N, 256]
   * @param labelledWindow row and column of the window of the pass on labelled images, [2]
   * @param mixedWindow row and column of the window of the pass on mixed images, [2]
   */
  public record Choices(
      Optional<Operand<TFloat32>> chosenClasses,
      Optional<Operand<TInt32>> labelledWindow,
      Optional<Operand<TInt32>> mixedWindow) {
    /** Returns nothing chosen. */
    public static Choices drawn() {
      return new Choices(Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /**
   * The student's pass over images.
   *
   * @param prediction its answer
   * @param labels [N, H, W]
   * @param weights of the pixels, [N, H, W]
   */
  public record Pass(Prediction prediction, Operand<TInt32> labels, Operand<TFloat32> weights) {

    /** Returns the window of detail of a network of two resolutions. */
    public Optional<DetailWindow> window() {
      return prediction
          .multiResolution()
          .map(
              parts ->
                  new DetailWindow(
                      parts.window(),
                      DETAIL_STRIDE * (int) parts.detail().logits().shape().get(1),
                      DETAIL_STRIDE * (int) parts.detail().logits().shape().get(2)));
    }
  }

  /**
   * What a method adds to the step.
   *
   * @param terms minimised with the others
   * @param metrics logged
   * @param groups parameters of the method's own that the step's update moves too
   */
  public record Addition(
      List<LossTerm> terms, Map<String, Operand<TFloat32>> metrics, List<ParameterGroup> groups) {
    /** Copies the collections. */
    public Addition {
      terms = List.copyOf(terms);
      metrics = new LinkedHashMap<>(metrics);
      groups = List.copyOf(groups);
    }

    /** Returns nothing. */
    public static Addition none() {
      return new Addition(List.of(), Map.of(), List.of());
    }
  }

  /** Returns the step without additions, with everything random drawn. */
  public static SelfTrainingStep build(
      StepContext context, SegmentationNetwork network, SelfTraining recipe) {
    return build(
        context,
        network,
        recipe,
        Images.of(context, recipe, network),
        Choices.drawn(),
        passes -> Addition.none());
  }

  /**
   * Returns the step.
   *
   * @param network in the form that is trained
   * @param added makes further terms of the passes, the labelled one first
   */
  public static SelfTrainingStep build(
      StepContext context,
      SegmentationNetwork network,
      SelfTraining recipe,
      Images images,
      Choices choices,
      Function<List<Pass>, Addition> added) {
    Ops tf = context.tf();
    Parameters student = context.parameters(TrainingPhase.SEGMENTER, network);
    var builder = new SelfTrainingParts(context, network, recipe, student);
    Operand<TFloat32> ones =
        tf.fill(tf.constant(images.labels().shape().asArray()), tf.constant(1f));
    Pass labelled =
        builder.pass(
            SEGMENTATION, images.labelled(), images.labels(), ones, choices.labelledWindow());
    builder.keepNear(images, labelled);
    var passes = new ArrayList<Pass>();
    passes.add(labelled);
    Optional<PseudoLabels> pseudo = Optional.empty();
    Optional<Pass> mixed = Optional.empty();
    if (images.unlabelled().isPresent()) {
      pseudo = Optional.of(builder.pseudoLabels(images.unlabelled().get()));
      ClassMix.Scenes scenes = builder.mixed(images, ones, pseudo.get(), choices.chosenClasses());
      mixed =
          Optional.of(
              builder.pass(
                  MIXED,
                  scenes.images(),
                  scenes.labels(),
                  scenes.weights(),
                  choices.mixedWindow()));
      passes.add(mixed.get());
    }
    return new SelfTrainingStep(
        builder.step(added.apply(List.copyOf(passes))), labelled, mixed, pseudo);
  }
}
