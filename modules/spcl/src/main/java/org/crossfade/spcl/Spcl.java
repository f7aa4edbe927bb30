package org.crossfade.spcl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Idea;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.AdaptSegNetStep;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.InputSize;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.PhaseInFront;
import org.crossfade.spcl.pseudo.ConfidenceRule;
import org.crossfade.spcl.pseudo.ConfidentLabelPass;
import org.crossfade.spcl.pseudo.ThresholdPass;

/**
 * SPCL: Xie et al., «SPCL: A New Framework for Domain Adaptive Semantic Segmentation via Semantic
 * Prototype-based Contrastive Learning», arXiv 2111.12358.
 *
 * <p>Phases: {@code warm-up} (class probabilities of the domains are aligned) → {@code prototypes},
 * {@code warm-up-thresholds}, {@code warm-up-labels} (passes) → {@code contrast} (features of both
 * domains are drawn to their classes' prototypes) → {@code contrast-thresholds}, {@code
 * contrast-labels} (passes) → {@code self-supervision}.
 */
public final class Spcl implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "spcl";

  /** Name of the adversarial phase. */
  public static final String WARM_UP = "warm-up";

  /** Name of the pass that makes the first prototypes. */
  public static final String PROTOTYPES = "prototypes";

  /** Name of the contrastive phase. */
  public static final String CONTRAST = "contrast";

  /** Name of the last phase. */
  public static final String SELF_SUPERVISION = "self-supervision";

  private final SpclOptions options;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   */
  public Spcl(SpclOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start = PhaseInFront.source(phases, options.source(), network);
    phases.add(
        options
            .warmUp()
            .phase(
                WARM_UP,
                network,
                start,
                List.of(AdaptSegNetStep.DISCRIMINATOR),
                this::adversarialSteps));
    String trained = WARM_UP;
    if (options.contrast().enabled()) {
      addContrast(phases);
      trained = CONTRAST;
    }
    if (options.selfSupervision().enabled()) {
      Labels labels = addPseudoLabels(phases, trained);
      phases.add(
          options
              .selfSupervision()
              .training()
              .phase(
                  SELF_SUPERVISION,
                  Domain.TARGET,
                  labels,
                  network,
                  0,
                  InitialWeights.fromPhase(trained, TrainingPhase.SEGMENTER)));
    }
    return List.copyOf(phases);
  }

  private void addContrast(List<Phase> phases) {
    SpclOptions.Contrast contrast = options.contrast();
    InitialWeights warm = InitialWeights.fromPhase(WARM_UP, TrainingPhase.SEGMENTER);
    phases.add(
        PrototypePass.phase(
            PROTOTYPES, evaluated(), warm, options.prototypes(), contrast.sourceCells()));
    Optional<Labels> labels = Optional.empty();
    if (contrast.readsPseudoLabels()) {
      labels = Optional.of(addPseudoLabels(phases, WARM_UP));
    } else if (contrast.targetTerm()) {
      labels = Optional.of(Labels.NONE);
    }
    phases.add(
        contrast
            .training()
            .phase(
                CONTRAST,
                network,
                Map.of(
                    TrainingPhase.SEGMENTER,
                    warm,
                    ContrastiveStep.PROTOTYPES,
                    InitialWeights.fromArtefact(PROTOTYPES, PrototypePass.PROTOTYPES)),
                labels,
                this::contrastiveSteps));
  }

  /** Adds the two passes that label the target by the network of {@code phase}. */
  private Labels addPseudoLabels(List<Phase> phases, String phase) {
    String thresholds = phase + "-thresholds";
    String labels = phase + "-labels";
    InitialWeights start = InitialWeights.fromPhase(phase, TrainingPhase.SEGMENTER);
    InputSize input = options.pseudoLabels().input();
    ConfidenceRule confidence = options.pseudoLabels().confidence();
    phases.add(ThresholdPass.phase(thresholds, evaluated(), start, input, confidence));
    phases.add(ConfidentLabelPass.phase(labels, evaluated(), start, input, confidence, thresholds));
    return Labels.of(labels);
  }

  /** The network of all passes: running statistics with ε, also where it is trained without. */
  private SegmentationNetwork evaluated() {
    return network.withBatchNorm(BatchNorm.Mode.FROZEN);
  }

  private List<Step> adversarialSteps(StepContext context) {
    SegmentationNetwork trained = network.withBatchNorm(options.warmUp().batchNorm());
    var images =
        DomainImages.of(
            context, options.warmUp().source(), options.warmUp().target(), trained.normalisation());
    return List.of(
        AdaptSegNetStep.build(
                context, trained, options.warmUp(), options.alignment().oneLevel(), images)
            .step());
  }

  private List<Step> contrastiveSteps(StepContext context) {
    SpclOptions.Contrast contrast = options.contrast();
    JointTraining training = contrast.training();
    SegmentationNetwork trained = network.withBatchNorm(training.batchNorm());
    var normalisation = trained.normalisation();
    DomainImages images =
        contrast.targetTerm()
            ? DomainImages.of(context, training.source(), training.target(), normalisation)
            : DomainImages.ofSource(context, training.source(), normalisation);
    if (contrast.readsPseudoLabels()) {
      images = images.withTargetLabels(context.labels(Domain.TARGET.stream()));
    }
    return List.of(
        ContrastiveStep.build(
                context,
                trained,
                contrast,
                options.prototypes().update(),
                options.pseudoLabels().confidence(),
                images)
            .step());
  }

  /** Makes SPCL from its section of options. */
  public static final class Factory extends MethodFactory<SpclOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "SPCL: contrast of pixel features with moving class prototypes (Xie et al., 2021)",
          Contribution.ideas(
              Idea.within(
                  "alignment",
                  "class probabilities of the domains are aligned in the warm-up",
                  "the same warm-up with λ_adv = 0",
                  "alignment.lambda-adv = 0"),
              new Idea(
                  "contrast",
                  "features are drawn to their classes' prototypes",
                  List.of("contrast.enabled = false"),
                  List.of("contrast.lambda = 0"),
                  "the same phase on the same images with λ = 0"),
              new Idea(
                  "self-supervision",
                  "the network learns its own labels of the target",
                  List.of("self-supervision.enabled = false"),
                  List.of("self-supervision.training.segmenter.rate = " + Idea.STANDSTILL),
                  "the network itself, after the same images passed through its batch norm")),
          SpclOptions.class,
          (options, labels) -> new Spcl(options, labels.classes()));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }
}
