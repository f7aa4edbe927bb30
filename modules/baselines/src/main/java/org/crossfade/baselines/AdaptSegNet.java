package org.crossfade.baselines;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Idea;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.AdaptSegNetStep;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.PhaseInFront;

/**
 * AdaptSegNet: Tsai et al., «Learning to Adapt Structured Output Space for Semantic Segmentation»,
 * CVPR 2018, arXiv 1802.10349. Class probabilities of the two domains are aligned at one or two
 * levels of the network.
 */
public final class AdaptSegNet implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "adaptsegnet";

  /** Name of the adversarial phase. */
  public static final String ADVERSARIAL = "adversarial";

  private final AdaptSegNetOptions options;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   */
  public AdaptSegNet(AdaptSegNetOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start =
        PhaseInFront.source(phases, options.source(), network, options.alignment().lambdaSeg());
    phases.add(
        options.adversarial().phase(ADVERSARIAL, network, start, discriminators(), this::steps));
    return List.copyOf(phases);
  }

  private List<String> discriminators() {
    return options.network().auxiliaryHead()
        ? List.of(AdaptSegNetStep.AUXILIARY_DISCRIMINATOR, AdaptSegNetStep.DISCRIMINATOR)
        : List.of(AdaptSegNetStep.DISCRIMINATOR);
  }

  private List<Step> steps(StepContext context) {
    AdversarialTraining training = options.adversarial();
    SegmentationNetwork trained = network.withBatchNorm(training.batchNorm());
    var images =
        DomainImages.of(context, training.source(), training.target(), trained.normalisation());
    return List.of(
        AdaptSegNetStep.build(context, trained, training, options.alignment(), images).step());
  }

  /** Makes the method from its section of options. */
  public static final class Factory extends MethodFactory<AdaptSegNetOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "AdaptSegNet: adversarial alignment of class probabilities (Tsai et al., CVPR 2018)",
          Contribution.ideas(
              Idea.within(
                  "alignment",
                  "class probabilities of the domains are aligned",
                  "the same phase on the same images with λ_adv = 0",
                  "alignment.lambda-adv1 = 0",
                  "alignment.lambda-adv2 = 0")),
          AdaptSegNetOptions.class,
          (options, labels) -> new AdaptSegNet(options, labels.classes()));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }
}
