package org.crossfade.baselines;

import java.util.List;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Contribution;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.nn.SegmentationNetwork;

/**
 * Supervised training on the labelled target images and nothing else: what the source must add to.
 */
public final class TargetOnly implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "target-only";

  /** Name of the phase. */
  public static final String TARGET = "target";

  private final TargetOnlyOptions options;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   */
  public TargetOnly(TargetOnlyOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
  }

  @Override
  public List<Phase> phases() {
    return List.of(
        options
            .target()
            .phase(
                TARGET,
                Domain.TARGET,
                Labels.GROUND_TRUTH,
                network,
                0,
                InitialWeights.pretrained()));
  }

  /** Makes the method from its section of options. */
  public static final class Factory extends MethodFactory<TargetOnlyOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "Target only: supervised training on the labelled target images",
          new Contribution.Reference("what the labelled target images alone teach"),
          TargetOnlyOptions.class,
          (options, labels) -> new TargetOnly(options, labels.classes()));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }
}
