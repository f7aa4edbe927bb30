package org.crossfade.baselines;

import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.Discriminator;
import org.crossfade.core.nn.LeakyRectifier;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A binary discriminator that judges every feature cell: 3x3 convolutions C → width → width/2 → 1
 * of stride 1 with one zero around, leaky rectifiers of slope 0.2 between them. The trunk of FADA's
 * discriminator with a single answer.
 *
 * <p>Names: {@code conv1}, {@code conv2}, {@code classifier}.
 */
public final class FeatureDiscriminator implements Discriminator {
  private static final float SLOPE = 0.2f;

  private final List<Convolution> layers;

  /**
   * Creates a discriminator.
   *
   * @param inputs C, channels of the features
   * @param width channels of the first layer, even
   */
  public FeatureDiscriminator(int inputs, int width) {
    if (inputs < 1 || width < 2 || width % 2 != 0) {
      throw new IllegalArgumentException(
          "a discriminator needs inputs and an even width, found " + inputs + " and " + width);
    }
    layers =
        List.of(
            Convolution.same("conv1", inputs, width, 3, 1, /* bias= */ true),
            Convolution.same("conv2", width, width / 2, 3, 1, /* bias= */ true),
            Convolution.same("classifier", width / 2, 1, 3, 1, /* bias= */ true));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
  }

  /**
   * Returns logits.
   *
   * @param input [N, h, w, C]
   * @return [N, h, w, 1]
   */
  @Override
  public Operand<TFloat32> forward(Ops tf, Parameters parameters, Operand<TFloat32> input) {
    Operand<TFloat32> x = input;
    for (int i = 0; i < layers.size(); i++) {
      x = i == 0 ? x : LeakyRectifier.apply(tf, x, SLOPE);
      x = layers.get(i).apply(tf, parameters, x);
    }
    return x;
  }
}
