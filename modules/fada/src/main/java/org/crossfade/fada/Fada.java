package org.crossfade.fada;

import java.util.ArrayList;
import java.util.List;
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
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.PhaseInFront;

/**
 * FADA: Wang et al., «Classes Matter: A Fine-grained Adversarial Approach to Cross-domain Semantic
 * Segmentation», ECCV 2020, arXiv 2007.09222.
 *
 * <p>Phases: {@code source} (supervised) → {@code adversarial} (features of both domains are
 * aligned class by class) → {@code pseudo-labels} → {@code self-distillation} (a fresh student
 * learns the labels).
 */
public final class Fada implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "fada";

  /** Name of the adversarial phase. */
  public static final String ADVERSARIAL = "adversarial";

  /** Name of the pass that labels the target, and of its label maps. */
  public static final String PSEUDO_LABELS = "pseudo-labels";

  /** Name of the student's phase. */
  public static final String SELF_DISTILLATION = "self-distillation";

  private final FadaOptions options;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   */
  public Fada(FadaOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights sourceWeights = PhaseInFront.source(phases, options.source(), network);
    AdversarialTraining adversarial = options.adversarial();
    phases.add(
        adversarial.phase(
            ADVERSARIAL,
            network,
            sourceWeights,
            List.of(FineGrainedStep.DISCRIMINATOR),
            this::adversarialSteps));
    FadaOptions.SelfDistillation distillation = options.selfDistillation();
    if (distillation.enabled()) {
      InitialWeights aligned = InitialWeights.fromPhase(ADVERSARIAL, TrainingPhase.SEGMENTER);
      phases.add(
          PseudoLabelPass.phase(
              PSEUDO_LABELS,
              network.withBatchNorm(adversarial.batchNorm()),
              aligned,
              distillation.pseudoLabels()));
      InitialWeights start =
          switch (distillation.start()) {
            case PRETRAINED -> InitialWeights.pretrained();
            case SOURCE -> sourceWeights;
            case ADVERSARIAL -> aligned;
          };
      phases.add(
          distillation
              .training()
              .phase(
                  SELF_DISTILLATION, Domain.TARGET, Labels.of(PSEUDO_LABELS), network, 0, start));
    }
    return List.copyOf(phases);
  }

  private List<Step> adversarialSteps(StepContext context) {
    AdversarialTraining training = options.adversarial();
    SegmentationNetwork trained = network.withBatchNorm(training.batchNorm());
    var images =
        DomainImages.of(context, training.source(), training.target(), trained.normalisation());
    return List.of(
        FineGrainedStep.build(context, trained, training, options.alignment(), images).step());
  }

  /** Makes FADA from its section of options. */
  public static final class Factory extends MethodFactory<FadaOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "FADA: fine-grained adversarial alignment and self distillation (Wang et al., ECCV"
              + " 2020)",
          Contribution.ideas(
              Idea.within(
                  "alignment",
                  "features of the domains are aligned class by class",
                  "the same phase on the same images with λ_adv = 0",
                  "alignment.lambda-adv = 0"),
              new Idea(
                  "distillation",
                  "a fresh student learns the aligned network's labels of the target",
                  List.of("self-distillation.enabled = false"),
                  List.of(
                      "self-distillation.start = adversarial",
                      "self-distillation.training.segmenter.rate = " + Idea.STANDSTILL),
                  "the aligned network itself, after the same images passed through its batch"
                      + " norm")),
          FadaOptions.class,
          (options, labels) -> new Fada(options, labels.classes()));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }
}
