package org.crossfade.spcl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.HardLabels;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.Resize;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.Upsampling;
import org.crossfade.recipes.loss.Reduction;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.crossfade.spcl.loss.ClassMeans;
import org.crossfade.spcl.loss.FeatureMasks;
import org.crossfade.spcl.loss.PrototypeUpdate;
import org.crossfade.spcl.pseudo.ConfidenceRule;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Slice;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One step of the contrastive phase: L_seg + λ(L_cl^s + L_cl^t).
 *
 * <p>Every process has a bank of prototypes of its own, as on as many GPUs. The banks move first,
 * by the source features of this very step, and the losses see them moved. The contrastive terms
 * reach the backbone alone.
 *
 * @param step what is run
 * @param source the network's answer to the source images
 * @param target its answer to the target images, where the target term takes part
 * @param segmentation L_seg, unweighted, [P]
 * @param contrastSource L_cl^s, unweighted, [P], where it takes part
 * @param contrastTarget L_cl^t, unweighted, [P], where it takes part
 * @param prototypes the moved banks, [P, C, K]
 * @param sourceMask class of each source cell or 255, [N, h, w]
 * @param targetMask class of each target cell or 255, [N', h', w'], where the term takes part
 */
public record ContrastiveStep(
    Step step,
    Prediction source,
    Optional<Prediction> target,
    Operand<TFloat32> segmentation,
    Optional<Operand<TFloat32>> contrastSource,
    Optional<Operand<TFloat32>> contrastTarget,
    Operand<TFloat32> prototypes,
    Operand<TInt32> sourceMask,
    Optional<Operand<TInt32>> targetMask) {
  /** Role of the banks. */
  public static final String PROTOTYPES = "prototypes";

  /** Name of the segmentation loss. */
  public static final String SEGMENTATION = "seg";

  /** Name of L_cl^s. */
  public static final String CONTRAST_SOURCE = "cl-source";

  /** Name of L_cl^t. */
  public static final String CONTRAST_TARGET = "cl-target";

  /**
   * {@return the step}
   *
   * @param context the phase whose graph the step is built in
   * @param network in the form that is trained; its variables have the role {@code segmenter}
   * @param options of the phase
   * @param movement how prototypes move
   * @param confidence which predictions are believed; read where masks are made online
   * @param images of both domains, normalised
   */
  public static ContrastiveStep build(
      StepContext context,
      SegmentationNetwork network,
      SpclOptions.Contrast options,
      PrototypeUpdate movement,
      ConfidenceRule confidence,
      DomainImages images) {
    Ops tf = context.tf();
    JointTraining training = options.training();
    int processes = training.processes();
    var weights = context.parameters(TrainingPhase.SEGMENTER, network);
    Prediction source =
        network.forward(context.training(TrainingPhase.SEGMENTER), weights, images.sourceImages());
    Optional<Prediction> target =
        images
            .target()
            .map(
                drawn ->
                    network.forward(
                        context.training(TrainingPhase.SEGMENTER), weights, drawn.images()));

    Operand<TInt32> sourceMask =
        FeatureMasks.source(tf, images.sourceLabels(), source.logits(), options.sourceCells());
    Optional<Operand<TInt32>> targetMask =
        target.map(answer -> targetMask(tf, answer, images, processes, confidence));
    Banks banks = Banks.declare(context, network, processes);
    Operand<TFloat32> prototypes = banks.moved(tf, movement, source.features(), sourceMask);
    Operand<TFloat32> segmentation = segmentation(tf, source, images, options);
    Optional<Operand<TFloat32>> contrastSource =
        options.sourceTerm()
            ? Optional.of(options.loss().perProcess(tf, source.features(), sourceMask, prototypes))
            : Optional.empty();
    Optional<Operand<TFloat32>> contrastTarget =
        target.map(
            answer ->
                options
                    .loss()
                    .perProcess(tf, answer.features(), targetMask.orElseThrow(), prototypes));
    var terms = new ArrayList<LossTerm>();
    terms.add(new LossTerm(SEGMENTATION, 1, Reduction.MEAN.of(tf, segmentation)));
    contrastSource.ifPresent(loss -> terms.add(term(tf, CONTRAST_SOURCE, options, loss)));
    contrastTarget.ifPresent(loss -> terms.add(term(tf, CONTRAST_TARGET, options, loss)));
    return new ContrastiveStep(
        step(context, network, training, terms, banks.updates(tf, prototypes), target.isPresent()),
        source,
        target,
        segmentation,
        contrastSource,
        contrastTarget,
        prototypes,
        sourceMask,
        targetMask);
  }

  private static LossTerm term(
      Ops tf, String name, SpclOptions.Contrast options, Operand<TFloat32> perProcess) {
    return new LossTerm(name, options.lambda(), options.reduction().of(tf, perProcess));
  }

  private static Step step(
      StepContext context,
      SegmentationNetwork network,
      JointTraining training,
      List<LossTerm> terms,
      List<StateUpdate> moved,
      boolean drawsTarget) {
    Update update = training.segmenter().update(network, training.decay(), terms);
    List<String> streams =
        drawsTarget ? AdversarialTraining.STREAMS : List.of(Domain.SOURCE.stream());
    return context.step("contrast", streams, List.of(update), moved, Map.of());
  }

  /** CE(up(z)/T, y): the temperature acts after upsampling. */
  private static Operand<TFloat32> segmentation(
      Ops tf, Prediction source, DomainImages images, SpclOptions.Contrast options) {
    Operand<TFloat32> softened =
        Upsampling.softened(
            tf,
            Upsampling.toSizeOf(tf, source.logits(), images.sourceImages()),
            options.segmentationTemperature());
    return new SegmentationCrossEntropy(LabelSpace.IGNORE, options.training().processes())
        .perGroup(tf, softened, images.sourceLabels());
  }

  private static Operand<TInt32> targetMask(
      Ops tf, Prediction answer, DomainImages images, int processes, ConfidenceRule confidence) {
    if (images.target().flatMap(DomainImages.Target::labels).isEmpty()) {
      return online(tf, answer, processes, confidence);
    }
    Shape size = answer.features().shape();
    return Resize.nearestLabels(tf, images.targetLabels(), (int) size.get(1), (int) size.get(2));
  }

  /** Believed predictions at feature resolution; each process has thresholds of its own images. */
  private static Operand<TInt32> online(
      Ops tf, Prediction answer, int processes, ConfidenceRule confidence) {
    Shape size = answer.logits().shape();
    int images = (int) size.get(0) / processes;
    int[] cells = {(int) size.get(1), (int) size.get(2)};
    var masks = new ArrayList<Operand<TInt32>>();
    for (int p = 0; p < processes; p++) {
      Operand<TFloat32> logits = rows(tf, tf.stopGradient(answer.logits()), p * images, images);
      HardLabels predicted = HardLabels.of(tf, logits, tf.constant(cells));
      masks.add(
          confidence.labels(
              tf, predicted, confidence.thresholds(tf, predicted, (int) size.get(3))));
    }
    return masks.size() == 1 ? masks.get(0) : tf.concat(masks, tf.constant(0));
  }

  private static Slice<TFloat32> rows(Ops tf, Operand<TFloat32> x, int first, int count) {
    int dimensions = x.shape().numDimensions();
    int[] begin = new int[dimensions];
    int[] size = new int[dimensions];
    begin[0] = first;
    size[0] = count;
    for (int i = 1; i < dimensions; i++) {
      size[i] = (int) x.shape().get(i);
    }
    return tf.slice(x, tf.constant(begin), tf.constant(size));
  }

  /** One variable of prototypes a process, [C, K] each: {@code prototypes.bank0}, ... */
  private record Banks(List<ParameterSpec> specs, Parameters values) {
    static Banks declare(StepContext context, SegmentationNetwork network, int processes) {
      var specs = new ArrayList<ParameterSpec>();
      for (int p = 0; p < processes; p++) {
        specs.add(
            new ParameterSpec(
                "bank" + p,
                Shape.of(network.featureChannels(), network.classes()),
                Initializer.zeros(),
                ParameterSpec.Kind.STATISTIC));
      }
      return new Banks(List.copyOf(specs), context.parameters(PROTOTYPES, specs));
    }

    /** All banks after the update by the source's features, [P, C, K]. */
    Operand<TFloat32> moved(
        Ops tf, PrototypeUpdate movement, Operand<TFloat32> features, Operand<TInt32> mask) {
      Operand<TFloat32> banks =
          tf.stack(specs.stream().map(spec -> values.get(spec.name())).toList());
      int processes = specs.size();
      int classes = (int) specs.get(0).shape().get(1);
      return movement.apply(
          tf,
          banks,
          ClassMeans.of(tf, features, mask, classes, processes, movement.normaliseFeatures()));
    }

    /** Each variable becomes its part of the moved banks, which were made of its snapshot. */
    List<StateUpdate> updates(Ops tf, Operand<TFloat32> moved) {
      var updates = new ArrayList<StateUpdate>();
      for (int p = 0; p < specs.size(); p++) {
        Operand<TFloat32> bank = tf.gather(moved, tf.constant(p), tf.constant(0));
        updates.add(new StateUpdate(PROTOTYPES + "." + specs.get(p).name(), before -> bank));
      }
      return List.copyOf(updates);
    }
  }
}
