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
import org.crossfade.recipes.PhaseInFront;
import org.crossfade.recipes.loss.SupervisedLoss;

/** Supervised training on the source domain and nothing else: what every method must beat. */
public final class SourceOnly implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "source-only";

  private final SourceOnlyOptions options;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param options read from the method's section
   * @param classes K
   */
  public SourceOnly(SourceOnlyOptions options, int classes) {
    this.options = options;
    this.network = options.network().create(classes);
  }

  @Override
  public List<Phase> phases() {
    return List.of(
        options
            .source()
            .phase(
                PhaseInFront.SOURCE,
                Domain.SOURCE,
                Labels.GROUND_TRUTH,
                network,
                options.replicas(),
                SupervisedLoss.crossEntropy(),
                InitialWeights.pretrained()));
  }

  /** Makes the method from its section of options. */
  public static final class Factory extends MethodFactory<SourceOnlyOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "Source only: supervised training on the source domain, no adaptation",
          new Contribution.Reference("what the source domain alone teaches"),
          SourceOnlyOptions.class,
          (options, labels) -> new SourceOnly(options, labels.classes()));
    }

    @Override
    public boolean sharedByWorkers() {
      return true;
    }
  }
}
