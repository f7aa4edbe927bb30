package org.crossfade.baselines;

import java.util.List;
import org.crossfade.backbones.Networks;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.MethodContext;
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

  @Override
  public SegmentationNetwork segmenter() {
    return network.withBatchNorm(options.source().batchNorm());
  }

  @Override
  public Inference inference() {
    return options.source().test();
  }

  /** Makes the method from its section of options. */
  public static final class Factory implements AdaptationMethod.Factory {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {}

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String summary() {
      return "Source only: supervised training on the source domain, no adaptation";
    }

    @Override
    public AdaptationMethod create(MethodContext context) {
      return new SourceOnly(
          context.options(SourceOnlyOptions.class), context.labelSpace().classes());
    }
  }
}
