package org.crossfade.baselines;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.recipes.PhaseInFront;

/** Supervised training on the source domain, then on the labelled target images. */
public final class FineTuning implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "fine-tuning";

  /** Name of the phase on target images. */
  public static final String TARGET = "fine-tuning";

  private final FineTuningOptions options;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   */
  public FineTuning(FineTuningOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
  }

  @Override
  public List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    InitialWeights start = PhaseInFront.source(phases, options.source(), network);
    phases.add(
        options
            .target()
            .phase(
                TARGET,
                Domain.TARGET,
                Labels.GROUND_TRUTH,
                network,
                options.replicas(),
                options.segmentation(),
                start));
    return phases;
  }

  /** Makes the method from its section of options. */
  public static final class Factory extends MethodFactory<FineTuningOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "Fine-tuning: source first, then the labelled target images",
          new Contribution.Reference(
              "what the labelled target images teach after the source domain"),
          FineTuningOptions.class,
          (options, labels) -> new FineTuning(options, labels.classes()));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }
}
