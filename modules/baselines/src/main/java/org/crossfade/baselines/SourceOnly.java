package org.crossfade.baselines;

import java.util.List;
import org.crossfade.backbones.Networks;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodFactory;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.nn.SegmentationNetwork;

/** Supervised training on the source domain and nothing else: what every method must beat. */
public final class SourceOnly implements AdaptationMethod {
  /** Name of the method and of its section of options. */
  public static final String NAME = "source-only";

  /** Name of the phase: that of every method here which trains on the source first. */
  public static final String SOURCE = "source";

  private final SourceOnlyOptions options;
  private final SegmentationNetwork network;

  /**
   * Creates the method.
   *
   * @param classes K
   */
  public SourceOnly(SourceOnlyOptions options, int classes) {
    this.options = options;
    this.network = Networks.create(options.network(), classes);
  }

  @Override
  public List<Phase> phases() {
    return List.of(
        options
            .source()
            .phase(
                SOURCE,
                Domain.SOURCE,
                Labels.GROUND_TRUTH,
                network,
                0,
                InitialWeights.pretrained()));
  }

  /** Makes the method from its section of options. */
  public static final class Factory extends MethodFactory<SourceOnlyOptions> {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {
      super(
          NAME,
          "Source only: supervised training on the source domain, no adaptation",
          SourceOnlyOptions.class,
          (options, labels) -> new SourceOnly(options, labels.classes()));
    }
  }
}
