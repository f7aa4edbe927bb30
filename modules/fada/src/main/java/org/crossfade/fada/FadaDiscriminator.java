package org.crossfade.fada;

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
 * FADA's discriminator on features: 3x3 convolutions C → 256 → 128, leaky rectifiers of slope 0.2,
 * and two parallel 3x3 convolutions 128 → K', one for the source half of the answer and one for the
 * target half. Stride 1 and one zero around: the answer has the features' size.
 *
 * <p>Names: {@code D.0}, {@code D.2}, {@code cls1}, {@code cls2}.
 */
public final class FadaDiscriminator implements Discriminator {
  /** Channels of the first layer in the published network. */
  public static final int PUBLISHED_WIDTH = 256;

  private static final float SLOPE = 0.2f;

  private final Convolution first;
  private final Convolution second;
  private final Convolution sourceHead;
  private final Convolution targetHead;

  /**
   * Creates a discriminator.
   *
   * @param inputs C, channels of the features
   * @param channels K', channels of each half of the answer
   * @param width channels of the first layer, even; the second has half as many
   */
  public FadaDiscriminator(int inputs, int channels, int width) {
    if (inputs < 1 || channels < 1 || width < 2 || width % 2 != 0) {
      throw new IllegalArgumentException(
          "a discriminator needs inputs, channels and an even width, found "
              + inputs
              + ", "
              + channels
              + " and "
              + width);
    }
    first = Convolution.same("D.0", inputs, width, 3, 1, /* bias= */ true);
    second = Convolution.same("D.2", width, width / 2, 3, 1, /* bias= */ true);
    sourceHead = Convolution.same("cls1", width / 2, channels, 3, 1, /* bias= */ true);
    targetHead = Convolution.same("cls2", width / 2, channels, 3, 1, /* bias= */ true);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(first, second, sourceHead, targetHead).stream()
        .flatMap(layer -> layer.parameters().stream())
        .toList();
  }

  /**
   * Returns logits over domains and classes.
   *
   * @param features [N, h, w, C]
   * @return [N, h, w, 2K'], the source half first
   */
  @Override
  public Operand<TFloat32> forward(Ops tf, Parameters parameters, Operand<TFloat32> features) {
    Operand<TFloat32> x = LeakyRectifier.apply(tf, first.apply(tf, parameters, features), SLOPE);
    Operand<TFloat32> y = LeakyRectifier.apply(tf, second.apply(tf, parameters, x), SLOPE);
    return tf.concat(
        List.of(sourceHead.apply(tf, parameters, y), targetHead.apply(tf, parameters, y)),
        tf.constant(3));
  }
}
