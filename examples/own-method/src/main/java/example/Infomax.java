package example;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Idea;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.PhaseInFront;
import org.crossfade.recipes.SupervisedStep;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Information maximisation: predictions on the target are sure one by one and diverse all together.
 *
 * <p>L = L_seg + λ·(mean over pixels of H(p) − H(mean over pixels of p)), H(p) = −Σ p·ln(p + ε).
 */
public final class Infomax implements AdaptationMethod {
  private static final float EPSILON = 1e-30f;

  private final InfomaxOptions options;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param classes K
   */
  public Infomax(InfomaxOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start = PhaseInFront.source(phases, options.source(), network, 0);
    phases.add(
        options
            .adaptation()
            .phase(
                "adaptation",
                network,
                Map.of(TrainingPhase.SEGMENTER, start),
                Optional.of(Labels.NONE),
                context -> List.of(step(context))));
    return List.copyOf(phases);
  }

  private Step step(StepContext context) {
    JointTraining training = options.adaptation();
    var images =
        DomainImages.of(context, training.source(), training.target(), network.normalisation());
    var crossEntropy = new SegmentationCrossEntropy(LabelSpace.IGNORE, training.processes());
    return training.step(
        context,
        "adaptation",
        network,
        images,
        (source, target) ->
            List.of(
                new LossTerm(
                    SupervisedStep.SEGMENTATION,
                    1,
                    crossEntropy.apply(context.tf(), source.logits(), images.sourceLabels())),
                new LossTerm(
                    "information", options.lambda(), information(context.tf(), target.logits()))));
  }

  /**
   * Returns the loss on the target.
   *
   * @param logits [N, h, w, K]
   */
  static Operand<TFloat32> information(Ops tf, Operand<TFloat32> logits) {
    int classes = (int) logits.shape().get(3);
    Operand<TFloat32> p = tf.nn.softmax(tf.reshape(logits, tf.constant(new int[] {-1, classes})));
    Operand<TFloat32> each = tf.math.mean(entropy(tf, p, 1), tf.constant(0));
    Operand<TFloat32> together = entropy(tf, tf.math.mean(p, tf.constant(0)), 0);
    return tf.math.sub(each, together);
  }

  private static Operand<TFloat32> entropy(Ops tf, Operand<TFloat32> p, int axis) {
    Operand<TFloat32> terms = tf.math.mul(p, tf.math.log(tf.math.add(p, tf.constant(EPSILON))));
    return tf.math.neg(tf.reduceSum(terms, tf.constant(axis)));
  }

  /** Makes the method known. */
  public static final class Factory extends MethodFactory<InfomaxOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          "infomax",
          "Information maximisation on the target, beside supervised training on the source",
          Contribution.ideas(
              Idea.within(
                  "information",
                  "predictions on the target are sure and diverse",
                  "the same phase on the same images with λ = 0",
                  "lambda = 0")),
          InfomaxOptions.class,
          (options, labels) -> new Infomax(options, labels.classes()));
    }
  }
}
