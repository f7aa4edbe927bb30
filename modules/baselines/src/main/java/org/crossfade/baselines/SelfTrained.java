package org.crossfade.baselines;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Idea;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.PhaseInFront;
import org.crossfade.recipes.selftraining.SelfTraining;
import org.crossfade.recipes.selftraining.SelfTrainingStep;

/**
 * DAFormer (Hoyer et al., CVPR 2022) and HRDA (Hoyer et al., ECCV 2022): self-training with a mean
 * teacher, class mixing, rare class sampling and a distance to ImageNet's features. They differ in
 * the network alone: HRDA's sees the image at half its size and a window of it at full size.
 */
public final class SelfTrained implements AdaptationMethod {
  /** Name of the self-training phase. */
  public static final String SELF_TRAINING = "self-training";

  private final SelfTrainedOptions options;
  private final SelfTraining training;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param labels classes of the task
   * @throws IllegalArgumentException if options name classes that it lacks
   */
  public SelfTrained(SelfTrainedOptions options, LabelSpace labels) {
    this.options = options;
    this.network = options.network().create(labels.classes());
    this.training = options.training().on(labels);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start = PhaseInFront.source(phases, options.source(), network);
    phases.add(
        training.phase(
            SELF_TRAINING,
            network,
            start,
            context ->
                List.of(
                    SelfTrainingStep.build(context, SelfTraining.trained(network), training)
                        .step())));
    return List.copyOf(phases);
  }

  /** Makes DAFormer from its section of options. */
  public static final class DaformerFactory extends MethodFactory<SelfTrainedOptions> {
    private static final String NAME = "daformer";

    /** For {@link java.util.ServiceLoader}. */
    public DaformerFactory() {
      super(
          NAME,
          "DAFormer: self-training of a transformer with a mean teacher (Hoyer et al., CVPR 2022)",
          Contribution.ideas(
              Idea.within(
                  "self-training",
                  "the student learns the teacher's labels of the target",
                  "the same phase with no label of the target believed",
                  "training.pseudo-labels.threshold = 1"),
              Idea.within(
                  "rare-classes",
                  "source images with rare classes are preferred",
                  "the same phase with shuffled source images",
                  "training.labelled.rare-classes = null"),
              Idea.within(
                  "feature-distance",
                  "features of things stay near those of the starting weights",
                  "the same phase without the distance of features",
                  "training.reference.weight = 0")),
          SelfTrainedOptions.class,
          (options, labels) ->
              SelfTrained.create(NAME, /* twoResolutions= */ false, options, labels));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }

  /** Makes HRDA from its section of options. */
  public static final class HrdaFactory extends MethodFactory<SelfTrainedOptions> {
    private static final String NAME = "hrda";

    /** For {@link java.util.ServiceLoader}. */
    public HrdaFactory() {
      super(
          NAME,
          "HRDA: DAFormer's self-training on context and detail (Hoyer et al., ECCV 2022)",
          new Contribution.OverMethod(
              "daformer", "the same training on a network of two resolutions"),
          SelfTrainedOptions.class,
          (options, labels) ->
              SelfTrained.create(NAME, /* twoResolutions= */ true, options, labels));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }

  private static SelfTrained create(
      String name, boolean twoResolutions, SelfTrainedOptions options, LabelSpace labels) {
    if (options.network().twoResolutions() != twoResolutions) {
      throw new IllegalArgumentException(
          "network.kind must be "
              + (twoResolutions ? "hrda" : "of one resolution, such as daformer-mit,")
              + " for "
              + name
              + ": it makes the difference between hrda and daformer");
    }
    return new SelfTrained(options, labels);
  }
}
