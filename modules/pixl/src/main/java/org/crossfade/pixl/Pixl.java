package org.crossfade.pixl;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Idea;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.PhaseInFront;
import org.crossfade.recipes.selftraining.SelfTraining;
import org.crossfade.recipes.selftraining.SelfTrainingStep;

/**
 * PiXL: Gan et al., «Diving Segmentation Model into Pixels», ICLR 2024. HRDA's self-training, to
 * which the contrast of each image's drift pixels with prototypes of its joint pixels is added.
 *
 * <p>Phases: {@code source} (supervised; only where nothing is pretrained) → {@code pixel-learning}
 * (adaptation, semi-supervised or supervised).
 */
public final class Pixl implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "pixl";

  /** Name of the phase of the method itself. */
  public static final String PIXEL_LEARNING = "pixel-learning";

  private final PixlOptions options;
  private final SelfTraining training;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param labels classes of the task
   * @throws IllegalArgumentException if options name classes that it lacks
   */
  public Pixl(PixlOptions options, LabelSpace labels) {
    this.options = options;
    this.network = options.network().create(labels.classes());
    this.training = options.training().on(labels);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start = PhaseInFront.source(phases, options.source(), network);
    phases.add(training.phase(PIXEL_LEARNING, network, start, this::steps));
    return List.copyOf(phases);
  }

  private List<Step> steps(StepContext context) {
    SegmentationNetwork trained = SelfTraining.trained(network);
    var alignment = new PixelAlignment(context, options, trained);
    return List.of(
        SelfTrainingStep.build(
                context,
                trained,
                training,
                SelfTrainingStep.Images.of(context, training, trained),
                SelfTrainingStep.Choices.drawn(),
                alignment::of)
            .step());
  }

  /** Makes PiXL from its section of options. */
  public static final class Factory extends MethodFactory<PixlOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "PiXL: drift pixels against local prototypes, on HRDA (Gan et al., ICLR 2024)",
          Contribution.ideas(
              Idea.within(
                  "drift-pixels",
                  "drift pixels are drawn to prototypes of both resolutions (DPA)",
                  "HRDA: the same phase with the weight 0",
                  "pixels.weight = 0"),
              Idea.within(
                  "adaptive-prototypes",
                  "prototypes come from the resolution that has seen more of the class (APS)",
                  "the same phase with prototypes of both resolutions together",
                  "pixels.selection = pooled")),
          PixlOptions.class,
          (options, labels) -> new Pixl(options, labels));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }
}
