package org.crossfade.pixda;

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
 * PixDA's pixel-wise discriminator on class probabilities: 3x3 convolutions K → 64 → 128 and a 1x1
 * convolution to one logit a pixel, leaky rectifiers of slope 0.2 between them, stride 1 and one
 * zero around. A pixel's logit sees 5x5 pixels.
 *
 * <p>Names: {@code conv1}, {@code conv2}, {@code classifier}.
 */
public final class PixelDiscriminator implements Discriminator {
  /** Channels of the first layer in the published network. */
  public static final int PUBLISHED_WIDTH = 64;

  private static final float SLOPE = 0.2f;

  private final Convolution first;
  private final Convolution second;
  private final Convolution classifier;

  /**
   * Creates a discriminator.
   *
   * @param inputs K, channels of the probabilities
   * @param width channels of the first layer; the second has twice as many
   */
  public PixelDiscriminator(int inputs, int width) {
    if (inputs < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a discriminator's inputs and width must be at least 1, found "
              + inputs
              + " and "
              + width);
    }
    first = Convolution.same("conv1", inputs, width, 3, 1, /* bias= */ true);
    second = Convolution.same("conv2", width, 2 * width, 3, 1, /* bias= */ true);
    classifier = Convolution.same("classifier", 2 * width, 1, 1, 1, /* bias= */ true);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(first, second, classifier).stream()
        .flatMap(layer -> layer.parameters().stream())
        .toList();
  }

  /**
   * Returns logits, positive where the target is more likely.
   *
   * @param probabilities [N, H, W, K]
   * @return [N, H, W, 1]
   */
  @Override
  public Operand<TFloat32> forward(Ops tf, Parameters parameters, Operand<TFloat32> probabilities) {
    Operand<TFloat32> x =
        LeakyRectifier.apply(tf, first.apply(tf, parameters, probabilities), SLOPE);
    Operand<TFloat32> y = LeakyRectifier.apply(tf, second.apply(tf, parameters, x), SLOPE);
    return classifier.apply(tf, parameters, y);
  }
}
