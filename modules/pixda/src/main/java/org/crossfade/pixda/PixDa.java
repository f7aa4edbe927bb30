package org.crossfade.pixda;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Idea;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.SampleSelection;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.ReplicatedNetwork;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.optim.UpdateContext;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.PhaseInFront;
import org.crossfade.recipes.SegmenterOptimizer;

/**
 * PixDA: Tavera, Cermelli, Masone, Caputo, «Pixel-by-Pixel Cross-Domain Alignment for Few-Shot
 * Semantic Segmentation», WACV 2022.
 *
 * <p>Phases: {@code source} (supervised) → {@code adversarial} (predictions of both domains are
 * aligned pixel by pixel, while source images that still look unlike the target leave from epoch to
 * epoch) → {@code fine-tuning} (on the labelled target images, held by a frozen copy).
 */
public final class PixDa implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "pixda";

  /** Name of the adversarial phase. */
  public static final String ADVERSARIAL = "adversarial";

  /** Name of the last phase. */
  public static final String FINE_TUNING = "fine-tuning";

  private final PixDaOptions options;
  private final SegmentationNetwork network;
  private final SegmentationNetwork trained;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   */
  public PixDa(PixDaOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
    this.trained =
        new ReplicatedNetwork(network, options.replicas())
            .withBatchNorm(options.adversarial().batchNorm());
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start = PhaseInFront.source(phases, options.source(), network);
    phases.add(adversarial(start));
    if (options.fineTuning().enabled()) {
      phases.add(fineTuning());
    }
    return List.copyOf(phases);
  }

  @Override
  public boolean needsLabelChoice() {
    return true;
  }

  private TrainingPhase adversarial(InitialWeights start) {
    AdversarialTraining training = options.adversarial();
    boolean selects = options.selection().enabled();
    TrainingPhase phase =
        training.phase(
            ADVERSARIAL,
            network,
            start,
            selects
                ? List.of(
                    PixelAdversarialStep.DISCRIMINATOR, PixelAdversarialStep.IMAGE_DISCRIMINATOR)
                : List.of(PixelAdversarialStep.DISCRIMINATOR),
            Labels.GROUND_TRUTH,
            context ->
                List.of(
                    PixelAdversarialStep.build(context, trained, options, images(context)).step()));
    if (!selects) {
      return phase;
    }
    return phase.selecting(
        new SampleSelection(
            Domain.SOURCE.stream(),
            options.style().isPresent() ? List.of(Domain.TARGET.stream()) : List.of(),
            options.selection().rule(),
            options.selection().dropRemainder(),
            context -> PixelAdversarialStep.scores(context, trained, options, images(context))));
  }

  private TrainingPhase fineTuning() {
    PixDaOptions.FineTuning tuning = options.fineTuning();
    AdversarialTraining training = options.adversarial();
    InitialWeights aligned = InitialWeights.fromPhase(ADVERSARIAL, TrainingPhase.SEGMENTER);
    Map<String, InitialWeights> weights = new LinkedHashMap<>();
    weights.put(TrainingPhase.SEGMENTER, aligned);
    NamePattern frozen = NamePattern.none();
    if (tuning.distillation().enabled()) {
      weights.put(FineTuningStep.TEACHER, aligned);
      frozen = NamePattern.of(FineTuningStep.TEACHER + ".**");
    }
    if (tuning.continueOptimizer()) {
      String slots = UpdateContext.role(SegmenterOptimizer.UPDATE);
      weights.put(slots, InitialWeights.fromPhase(ADVERSARIAL, slots));
    }
    String target = Domain.TARGET.stream();
    var phase =
        new TrainingPhase(
            FINE_TUNING,
            tuning.iterations(),
            List.of(training.target().request(target, Domain.TARGET, Labels.GROUND_TRUTH)),
            weights,
            frozen,
            network.withBatchNorm(training.batchNorm()),
            training.test(),
            context ->
                List.of(
                    FineTuningStep.build(
                            context,
                            trained,
                            options,
                            training.target().images(context, target, network.normalisation()),
                            context.labels(target))
                        .step()));
    return tuning.continueOptimizer() ? phase.continuing(ADVERSARIAL) : phase;
  }

  private DomainImages images(StepContext context) {
    AdversarialTraining training = options.adversarial();
    return DomainImages.of(
            context, training.source(), training.target(), network.normalisation(), options.style())
        .withTargetLabels(context.labels(Domain.TARGET.stream()));
  }

  /** Makes PixDA from its section of options. */
  public static final class Factory extends MethodFactory<PixDaOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "PixDA: pixel-by-pixel alignment with few labelled target images (Tavera et al., WACV"
              + " 2022)",
          Contribution.ideas(
              Idea.within(
                  "alignment",
                  "predictions of the domains are aligned, one logit a pixel",
                  "the same phase on the same images with λ_adv = 0",
                  "alignment.lambda-adv = 0"),
              Idea.within(
                  "pixel-weights",
                  "S and B weigh the pixels of the adversarial loss",
                  "the same phase with equal weights of all pixels",
                  "alignment.use-s = false",
                  "alignment.use-b = false"),
              Idea.within(
                  "selection",
                  "source images far from the target leave the training",
                  "the same phase on all source images",
                  "selection.enabled = false"),
              new Idea(
                  "distillation",
                  "the last phase is held near a copy of the network",
                  List.of("fine-tuning.enabled = false"),
                  List.of("fine-tuning.distillation.enabled = false"),
                  "the same phase on the labelled target images without a teacher")),
          PixDaOptions.class,
          (options, labels) -> new PixDa(options, labels.classes()));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }
}
