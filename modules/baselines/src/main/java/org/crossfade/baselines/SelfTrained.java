package org.crossfade.baselines;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.backbones.Networks;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodContext;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.SegmentationNetwork;
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
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param classes K
   */
  public SelfTrained(SelfTrainedOptions options, int classes) {
    this.options = options;
    this.network = Networks.create(options.network(), classes);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start = InitialWeights.pretrained();
    if (options.source().isPresent()) {
      phases.add(
          options
              .source()
              .get()
              .phase(SourceOnly.SOURCE, Domain.SOURCE, Labels.GROUND_TRUTH, network, 0, start));
      start = InitialWeights.fromPhase(SourceOnly.SOURCE, TrainingPhase.SEGMENTER);
    }
    SelfTraining training = options.training();
    phases.add(
        training.phase(
            SELF_TRAINING,
            network,
            start,
            context -> List.of(SelfTrainingStep.build(context, segmenter(), training).step())));
    return List.copyOf(phases);
  }

  @Override
  public SegmentationNetwork segmenter() {
    return SelfTraining.trained(network);
  }

  @Override
  public Inference inference() {
    return options.training().test();
  }

  /** Makes DAFormer from its section of options. */
  public static final class DaformerFactory implements AdaptationMethod.Factory {
    /** For {@link java.util.ServiceLoader}. */
    public DaformerFactory() {}

    @Override
    public String name() {
      return "daformer";
    }

    @Override
    public String summary() {
      return "DAFormer: self-training of a transformer with a mean teacher (Hoyer et al., CVPR"
          + " 2022)";
    }

    @Override
    public AdaptationMethod create(MethodContext context) {
      return SelfTrained.create(context, /* twoResolutions= */ false, name());
    }
  }

  /** Makes HRDA from its section of options. */
  public static final class HrdaFactory implements AdaptationMethod.Factory {
    /** For {@link java.util.ServiceLoader}. */
    public HrdaFactory() {}

    @Override
    public String name() {
      return "hrda";
    }

    @Override
    public String summary() {
      return "HRDA: DAFormer's self-training on context and detail (Hoyer et al., ECCV 2022)";
    }

    @Override
    public AdaptationMethod create(MethodContext context) {
      return SelfTrained.create(context, /* twoResolutions= */ true, name());
    }
  }

  private static AdaptationMethod create(
      MethodContext context, boolean twoResolutions, String name) {
    var options = context.options(SelfTrainedOptions.class);
    if (options.network().multiResolution().isPresent() != twoResolutions) {
      throw new IllegalArgumentException(
          "network.multi-resolution must be "
              + (twoResolutions ? "there" : "left out")
              + " for "
              + name
              + ": it makes the difference between hrda and daformer");
    }
    return new SelfTrained(options, context.labelSpace().classes());
  }
}
