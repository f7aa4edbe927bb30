package org.crossfade.core.nn;

import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.ParameterSpec;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * AdaptSegNet's discriminator, also that of ADVENT, of SPCL's warm-up and of PixDA on whole images:
 * five 4x4 convolutions of stride 2 with one zero around, leaky rectifiers of slope 0.2 between
 * them. Each layer turns n rows into ⌊(n − 2)/2⌋ + 1.
 *
 * <p>Names: {@code conv1} to {@code conv4}, {@code classifier}.
 */
public final class ConvolutionalDiscriminator implements Discriminator {
  /** Channels of the first layer in the published networks. */
  public static final int PUBLISHED_WIDTH = 64;

  private static final float SLOPE = 0.2f;

  /** The smallest input that leaves one cell: halved five times. */
  private static final int SMALLEST_INPUT = 32;

  private final List<Convolution> layers;

  /**
   * Creates a discriminator.
   *
   * @param inputs channels in, mostly the number of classes
   * @param width channels of the first layer; the next ones have 2, 4 and 8 times as many
   */
  public ConvolutionalDiscriminator(int inputs, int width) {
    if (inputs < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a discriminator's inputs and width must be at least 1, found "
              + inputs
              + " and "
              + width);
    }
    layers =
        List.of(
            layer("conv1", inputs, width),
            layer("conv2", width, 2 * width),
            layer("conv3", 2 * width, 4 * width),
            layer("conv4", 4 * width, 8 * width),
            layer("classifier", 8 * width, 1));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
  }

  /**
   * Returns logits.
   *
   * @param input probabilities or features, [N, h, w, inputs], h and w at least 32
   * @return [N, h', w', 1]
   * @throws IllegalArgumentException if the input is smaller
   */
  @Override
  public Operand<TFloat32> forward(Ops tf, Parameters parameters, Operand<TFloat32> input) {
    long height = input.shape().get(1);
    long width = input.shape().get(2);
    if (height < SMALLEST_INPUT || width < SMALLEST_INPUT) {
      throw new IllegalArgumentException(
          "the discriminator halves its input five times and needs at least 32x32 cells, found "
              + width
              + "x"
              + height);
    }
    Operand<TFloat32> x = input;
    for (int i = 0; i < layers.size(); i++) {
      x = i == 0 ? x : LeakyRectifier.apply(tf, x, SLOPE);
      x = layers.get(i).apply(tf, parameters, x);
    }
    return x;
  }

  private static Convolution layer(String name, int inputs, int outputs) {
    return new Convolution(name, inputs, outputs, 4, 2, 1, 1, /* bias= */ true);
  }
}
