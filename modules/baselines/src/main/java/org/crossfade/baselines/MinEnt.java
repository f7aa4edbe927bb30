package org.crossfade.baselines;

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
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.PhaseInFront;
import org.crossfade.recipes.SupervisedStep;
import org.crossfade.recipes.Upsampling;
import org.crossfade.recipes.loss.EntropyLoss;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.tensorflow.op.Ops;

/**
 * MinEnt: Vu et al., «ADVENT: Adversarial Entropy Minimization for Domain Adaptation in Semantic
 * Segmentation», CVPR 2019, arXiv 1811.12833, section 3.1, its direct entropy minimisation.
 *
 * <p>L = L_seg2 + λ_seg·L_seg1 + λ_ent1·L_ent1 + λ_ent2·L_ent2, 1 being the auxiliary level and 2
 * the main one: cross entropies of source images, and the {@link EntropyLoss} of up(z_t), target
 * logits at the size of the image. With one level the terms of level 1 are not there.
 */
public final class MinEnt implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "minent";

  /** Name of the phase on both domains. */
  public static final String ADAPTATION = "adaptation";

  private final MinEntOptions options;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   */
  public MinEnt(MinEntOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start =
        PhaseInFront.source(phases, options.source(), network, options.weights().lambdaSeg());
    phases.add(
        options
            .adaptation()
            .phase(
                ADAPTATION,
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
    return training.step(
        context,
        ADAPTATION,
        network,
        images,
        (source, target) -> terms(context.tf(), source, target, images));
  }

  private List<LossTerm> terms(Ops tf, Prediction source, Prediction target, DomainImages images) {
    var labels = images.sourceLabels();
    var loss = new SegmentationCrossEntropy(LabelSpace.IGNORE, options.adaptation().processes());
    var entropy = new EntropyLoss();
    MinEntOptions.Weights weights = options.weights();
    var terms = new ArrayList<LossTerm>();
    terms.add(
        new LossTerm(SupervisedStep.SEGMENTATION, 1, loss.apply(tf, source.logits(), labels)));
    source
        .auxiliaryLogits()
        .ifPresent(
            logits ->
                terms.add(
                    new LossTerm(
                        SupervisedStep.AUXILIARY,
                        weights.lambdaSeg(),
                        loss.apply(tf, logits, labels))));
    target
        .auxiliaryLogits()
        .ifPresent(
            logits ->
                terms.add(
                    new LossTerm(
                        "entropy-auxiliary",
                        weights.lambdaEnt1(),
                        entropy.apply(
                            tf, Upsampling.toSizeOf(tf, logits, images.targetImages())))));
    terms.add(
        new LossTerm(
            "entropy",
            weights.lambdaEnt2(),
            entropy.apply(tf, Upsampling.toSizeOf(tf, target.logits(), images.targetImages()))));
    return terms;
  }

  /** Makes MinEnt from its section of options. */
  public static final class Factory extends MethodFactory<MinEntOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "MinEnt: entropy of predictions on the target is minimised (Vu et al., CVPR 2019)",
          Contribution.ideas(
              Idea.within(
                  "entropy",
                  "the entropy of predictions on the target is minimised",
                  "the same phase on the same images with λ_ent = 0",
                  "weights.lambda-ent1 = 0",
                  "weights.lambda-ent2 = 0")),
          MinEntOptions.class,
          (options, labels) -> new MinEnt(options, labels.classes()));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }
}
