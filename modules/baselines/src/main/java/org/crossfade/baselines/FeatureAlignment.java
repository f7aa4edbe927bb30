package org.crossfade.baselines;

import java.util.ArrayList;
import java.util.List;
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
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.core.nn.ConvolutionalDiscriminator;
import org.crossfade.core.nn.Discriminator;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.BinaryAlignment;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.PhaseInFront;
import org.crossfade.recipes.Upsampling;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Adversarial alignment of features with one binary label a domain: the «feat. only» baseline that
 * FADA's tables 3 and 5 improve on. The published code lacks it; its schedule here is FADA's.
 */
public final class FeatureAlignment implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "feature-alignment";

  /** Name of the adversarial phase. */
  public static final String ADVERSARIAL = "adversarial";

  /** Role of the discriminator's variables. */
  public static final String DISCRIMINATOR = "discriminator";

  private final FeatureAlignmentOptions options;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   */
  public FeatureAlignment(FeatureAlignmentOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start = PhaseInFront.source(phases, options.source(), network);
    phases.add(
        options
            .adversarial()
            .phase(ADVERSARIAL, network, start, List.of(DISCRIMINATOR), this::steps));
    return List.copyOf(phases);
  }

  private List<Step> steps(StepContext context) {
    Ops tf = context.tf();
    AdversarialTraining training = options.adversarial();
    SegmentationNetwork trained = network.withBatchNorm(training.batchNorm());
    var images =
        DomainImages.of(context, training.source(), training.target(), trained.normalisation());
    var weights = context.parameters(TrainingPhase.SEGMENTER, trained);
    Prediction source =
        trained.forward(context.training(TrainingPhase.SEGMENTER), weights, images.sourceImages());
    Prediction target =
        trained.forward(context.training(TrainingPhase.SEGMENTER), weights, images.targetImages());
    Discriminator discriminator = discriminator(trained.featureChannels());
    var alignment =
        BinaryAlignment.of(
            tf,
            DISCRIMINATOR,
            discriminator,
            context.parameters(DISCRIMINATOR, discriminator),
            options.alignment().gan(),
            source.features(),
            target.features());
    Update update =
        training.update(
            trained,
            List.of(
                new LossTerm("seg", 1, segmentation(tf, source, images)),
                new LossTerm("adv", options.alignment().lambdaAdv(), alignment.adversarial())));
    return List.of(
        context.step(
            "adversarial",
            AdversarialTraining.STREAMS,
            List.of(update, alignment.update(training))));
  }

  private Operand<TFloat32> segmentation(Ops tf, Prediction source, DomainImages images) {
    Operand<TFloat32> softened =
        Upsampling.softened(
            tf,
            Upsampling.toSizeOf(tf, source.logits(), images.sourceLabels()),
            options.alignment().temperature());
    return new SegmentationCrossEntropy(LabelSpace.IGNORE, options.adversarial().processes())
        .apply(tf, softened, images.sourceLabels());
  }

  private Discriminator discriminator(int channels) {
    int width = options.alignment().discriminatorWidth();
    return switch (options.alignment().discriminator()) {
      case PIXEL -> new FeatureDiscriminator(channels, width);
      case CONVOLUTIONAL -> new ConvolutionalDiscriminator(channels, width);
    };
  }

  /** Makes the method from its section of options. */
  public static final class Factory extends MethodFactory<FeatureAlignmentOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "Feature alignment: one binary adversarial label a domain, FADA's «feat. only» baseline",
          Contribution.ideas(
              Idea.within(
                  "alignment",
                  "features of the domains are aligned, one label a domain",
                  "the same phase on the same images with λ_adv = 0",
                  "alignment.lambda-adv = 0")),
          FeatureAlignmentOptions.class,
          (options, labels) -> new FeatureAlignment(options, labels.classes()));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }
}
