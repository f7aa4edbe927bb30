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
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.JointTraining;
import org.crossfade.recipes.PhaseInFront;
import org.crossfade.recipes.loss.RobustEntropyLoss;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;

/**
 * FDA: Yang, Soatto, «FDA: Fourier Domain Adaptation for Semantic Segmentation», CVPR 2020, arXiv
 * 2004.05498.
 *
 * <p>L = CE(up(z_s), y) + λ_ent·robust entropy(z_t): source images in the style of the target
 * images of the same places in the batch, and sure predictions on those, at feature resolution.
 * Departures from the official code: source images are resized and not cropped; one network, not
 * the average of three; no pseudo labels.
 */
public final class Fda implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "fda";

  /** Name of the phase on both domains. */
  public static final String ADAPTATION = "adaptation";

  private final FdaOptions options;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   */
  public Fda(FdaOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start = PhaseInFront.source(phases, options.source(), network);
    phases.add(
        options
            .adaptation()
            .phase(
                ADAPTATION,
                network,
                Map.of(TrainingPhase.SEGMENTER, start),
                Optional.of(options.targetImages().labels()),
                context -> List.of(step(context))));
    return phases;
  }

  /** Returns the step of the adaptation, with the terms {@code seg} and {@code entropy}. */
  Step step(StepContext context) {
    var tf = context.tf();
    JointTraining training = options.adaptation();
    var images =
        DomainImages.of(
            context,
            training.source(),
            training.target(),
            network.normalisation(),
            Optional.of(options.style()));
    var loss = new SegmentationCrossEntropy(LabelSpace.IGNORE, training.processes());
    var entropy = RobustEntropyLoss.published(options.entropy().eta());
    return training.step(
        context,
        ADAPTATION,
        network,
        images,
        (source, target) ->
            List.of(
                new LossTerm("seg", 1, loss.apply(tf, source.logits(), images.sourceLabels())),
                new LossTerm(
                    "entropy", options.entropy().weight(), entropy.apply(tf, target.logits()))));
  }

  /** Makes FDA from its section of options. */
  public static final class Factory extends MethodFactory<FdaOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "FDA: source images in the target's style, robust entropy (Yang and Soatto, CVPR 2020)",
          Contribution.ideas(
              Idea.within(
                  "style",
                  "source images take the target's low frequencies",
                  "the same phase on source images as they are",
                  "style.share = 0",
                  "style.window = corners"),
              Idea.within(
                  "entropy",
                  "the robust entropy of predictions on the target is minimised",
                  "the same phase with λ_ent = 0",
                  "entropy.weight = 0")),
          FdaOptions.class,
          (options, labels) -> new Fda(options, labels.classes()));
    }
  }
}
