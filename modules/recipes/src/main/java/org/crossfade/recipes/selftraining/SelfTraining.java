package org.crossfade.recipes.selftraining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.LabelledCrops;
import org.crossfade.recipes.TransformerOptimizer;
import org.crossfade.recipes.UnlabelledCrops;
import org.crossfade.recipes.WarmupDecay;
import org.crossfade.recipes.augmentation.StrongAugmentation;
import org.crossfade.recipes.loss.FeatureDistance;
import org.crossfade.recipes.loss.MultiResolutionLoss;

/**
 * Self-training with a mean teacher as DAFormer and HRDA do it, which PiXL builds on. What an
 * iteration does is in {@link SelfTrainingStep}.
 *
 * @param setting which images have labels
 * @param iterations how many, at least 1
 * @param decay of all rates
 * @param labelled what is drawn of labelled images
 * @param unlabelled what is drawn of unlabelled images; as many and as large as the labelled ones
 * @param segmenter how the student moves
 * @param teacher how it follows the student
 * @param pseudoLabels what the teacher's answers become
 * @param mixing which classes are pasted
 * @param augmentation of mixed images
 * @param reference distance of the student's features to those of its starting weights
 * @param resolutions weights of the cross entropies of a network of two resolutions, and only there
 * @param test how the student is evaluated
 */
public record SelfTraining(
    Setting setting,
    long iterations,
    WarmupDecay decay,
    LabelledCrops labelled,
    UnlabelledCrops unlabelled,
    TransformerOptimizer segmenter,
    MeanTeacher teacher,
    PseudoLabelling pseudoLabels,
    ClassMix mixing,
    StrongAugmentation augmentation,
    Reference reference,
    Optional<MultiResolutionLoss> resolutions,
    Inference test) {
  /** Name of the stream of labelled images. */
  public static final String LABELLED = "labelled";

  /** Name of the stream of unlabelled images. */
  public static final String UNLABELLED = "unlabelled";

  /** Role of the averaged teacher. */
  public static final String TEACHER = "teacher";

  /** Role of the frozen network whose features are not to be forgotten. */
  public static final String REFERENCE = "reference";

  /** Which images have labels. */
  public enum Setting {
    /** The source domain's; the target's have none. */
    ADAPTATION,
    /** Those of the target that the task's {@code target-labels} choose; the rest has none. */
    SEMI_SUPERVISED,
    /** Those of the target that the task's {@code target-labels} choose; nothing else is seen. */
    SUPERVISED
  }

  /**
   * What the teacher's answers become.
   *
   * @param threshold of a confident pixel's probability, 0..1
   * @param ignoreTop rows of the crop without weight: DAFormer's way of leaving out the rim
   * @param ignoreBottom rows of the crop without weight
   */
  public record PseudoLabelling(double threshold, int ignoreTop, int ignoreBottom) {
    /** Checks the ranges. */
    public PseudoLabelling {
      if (!(threshold >= 0 && threshold <= 1)) {
        throw new IllegalArgumentException("threshold must lie in 0..1, found " + threshold);
      }
      if (ignoreTop < 0 || ignoreBottom < 0) {
        throw new IllegalArgumentException(
            "ignore-top and ignore-bottom must be at least 0, found "
                + ignoreTop
                + " and "
                + ignoreBottom);
      }
    }
  }

  /**
   * Distance of the last stage's features to those of the starting weights, ImageNet's in the
   * papers.
   *
   * @param weight of the distance; 0 leaves the reference network out
   * @param classes ids of the classes where it is taken; if absent, the task's things
   * @param minRatio smallest share of a cell's class, 0..1
   */
  public record Reference(double weight, Optional<List<Integer>> classes, double minRatio) {
    /** Checks the weight and copies the list. */
    public Reference {
      if (!(weight >= 0)) {
        throw new IllegalArgumentException("weight must be at least 0, found " + weight);
      }
      classes = classes.map(List::copyOf);
      classes.filter(ids -> !ids.isEmpty()).ifPresent(ids -> new FeatureDistance(ids, minRatio));
    }

    /** Whether it is taken: not without a weight, nor in a task without things. */
    boolean applies() {
      return weight > 0 && !classes.orElse(List.of()).isEmpty();
    }
  }

  /** Checks the ranges. */
  public SelfTraining {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, found " + iterations);
    }
    decay.requireLastsFor(iterations);
    if (labelled.batch() != unlabelled.batch() || !labelled.crop().equals(unlabelled.crop())) {
      throw new IllegalArgumentException(
          "labelled and unlabelled crops are mixed: batch and crop must be the same, found "
              + labelled.batch()
              + " of "
              + labelled.crop()
              + " and "
              + unlabelled.batch()
              + " of "
              + unlabelled.crop());
    }
  }

  /**
   * Returns this recipe for the classes of a task: without classes of its own, the reference takes
   * the task's things.
   *
   * @throws IllegalArgumentException if it has classes of its own that the task lacks
   */
  public SelfTraining on(LabelSpace labels) {
    List<Integer> things = reference.classes().orElse(labels.things());
    if (things.stream().anyMatch(id -> id >= labels.classes())) {
      throw new IllegalArgumentException(
          "training.reference.classes must be ids of the task's %d classes, found %s. Leave it out: the task's classes say which are things"
              .formatted(labels.classes(), things));
    }
    return new SelfTraining(
        setting,
        iterations,
        decay,
        labelled,
        unlabelled,
        segmenter,
        teacher,
        pseudoLabels,
        mixing,
        augmentation,
        new Reference(reference.weight(), Optional.of(things), reference.minRatio()),
        resolutions,
        test);
  }

  /** Returns the network in the form that is trained: batch norm by the batch's statistics. */
  public static SegmentationNetwork trained(SegmentationNetwork network) {
    return network.withBatchNorm(BatchNorm.Mode.TRAINED);
  }

  /**
   * Returns the phase.
   *
   * @param name of the phase
   * @param network in any form of batch norm
   * @param start where student and reference come from
   * @param steps builds the steps
   */
  public TrainingPhase phase(
      String name,
      SegmentationNetwork network,
      InitialWeights start,
      Function<StepContext, List<Step>> steps) {
    Map<String, InitialWeights> weights = new LinkedHashMap<>();
    weights.put(TrainingPhase.SEGMENTER, start);
    if (setting != Setting.SUPERVISED) {
      // The first iteration copies the student; what lies there before doesn't matter.
      weights.put(TEACHER, InitialWeights.fresh());
    }
    if (reference.applies()) {
      weights.put(REFERENCE, start);
    }
    return new TrainingPhase(
        name, iterations, streams(), weights, NamePattern.none(), trained(network), test, steps);
  }

  private List<StreamRequest> streams() {
    var streams = new ArrayList<StreamRequest>();
    streams.add(
        labelled.request(LABELLED, setting == Setting.ADAPTATION ? Domain.SOURCE : Domain.TARGET));
    if (setting != Setting.SUPERVISED) {
      streams.add(unlabelled.request(UNLABELLED, setting == Setting.SEMI_SUPERVISED));
    }
    return streams;
  }
}
