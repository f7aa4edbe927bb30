package org.crossfade.metapix;

import java.util.Collections;
import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.unet.UNet;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The U-Net that weights source pixels. It reads the image, neither rescaled nor normalised
 * further, and its labels, one channel a class and one for pixels without a label.
 *
 * <p>Where nothing is learned yet, every weight is about e/(1 + e) = 0.731.
 *
 * @param options what it weights, and how large it is
 * @param classes K
 */
public record WeightingNetwork(Options options, int classes) implements SourceWeighting {
  /** What a weight belongs to. */
  public enum Kind {
    /** Each pixel: W¹, the second of two channels' softmax. */
    PIXEL,
    /**
     * Each pixel and class: W¹⁹. The official code has none and the paper says no more than that
     * there are K channels; here each is a sigmoid, and a pixel takes the channel of its label.
     */
    PIXEL_AND_CLASS,
    /** The whole image: the official code's {@code MetaImageWeight}. */
    IMAGE
  }

  /**
   * What is weighted, and by how large a network.
   *
   * @param kind what a weight belongs to
   * @param width channels of the U-Net's first level, at least 1; published: 64, and 32 for whole
   *     images
   */
  public record Options(Kind kind, int width) {
    /**
     * Checks the range.
     *
     * @param kind what a weight belongs to
     * @param width channels of the U-Net's first level, at least 1; published: 64, and 32 for whole
     *     images
     */
    public Options {
      if (width < 1) {
        throw new IllegalArgumentException("width must be at least 1, found " + width);
      }
    }
  }

  private static final int IMAGE_CHANNELS = 3;

  @Override
  public List<ParameterSpec> parameters() {
    List<Float> bias =
        options.kind() == Kind.PIXEL_AND_CLASS ? Collections.nCopies(classes, 1f) : List.of(0f, 1f);
    return unet().parameters(new Initializer.Elements(bias));
  }

  @Override
  public Operand<TFloat32> weights(
      Ops tf, Parameters parameters, Operand<TFloat32> images, Operand<TInt32> labels) {
    Operand<TFloat32> logits =
        unet().forward(tf, parameters, UNet.withLabels(tf, images, labels, classes));
    return switch (options.kind()) {
      case PIXEL -> last(tf, probabilities(tf, logits));
      case PIXEL_AND_CLASS -> {
        // 255 has no channel: its one-hot row is zero, and so is the weight, which nothing reads.
        Operand<TFloat32> own =
            tf.oneHot(labels, tf.constant(classes), tf.constant(1f), tf.constant(0f));
        yield tf.reduceSum(tf.math.mul(tf.math.sigmoid(logits), own), tf.constant(3));
      }
      case IMAGE -> {
        Operand<TFloat32> mean = tf.math.mean(logits, tf.constant(new int[] {0, 1, 2}));
        Operand<TFloat32> weight =
            last(tf, probabilities(tf, tf.reshape(mean, tf.constant(new int[] {1, 1, 1, 2}))));
        yield tf.broadcastTo(weight, tf.constant(labels.shape().asArray()));
      }
    };
  }

  /**
   * Returns the two channels whose second is the weight.
   *
   * @param logits [N, H, W, 2]
   * @return [N, H, W, 2], in 0..1, of sum 1
   */
  static Operand<TFloat32> probabilities(Ops tf, Operand<TFloat32> logits) {
    return tf.nn.softmax(logits);
  }

  private static Operand<TFloat32> last(Ops tf, Operand<TFloat32> probabilities) {
    Operand<TFloat32> second =
        tf.slice(
            probabilities,
            tf.constant(new int[] {0, 0, 0, 1}),
            tf.constant(new int[] {-1, -1, -1, 1}));
    return tf.squeeze(second, Squeeze.axis(List.of(3L)));
  }

  private UNet unet() {
    int inputs = IMAGE_CHANNELS + classes + 1;
    return switch (options.kind()) {
      case PIXEL -> new UNet(inputs, 2, options.width(), 3, /* decoder= */ true);
      case PIXEL_AND_CLASS -> new UNet(inputs, classes, options.width(), 3, /* decoder= */ true);
      case IMAGE -> new UNet(inputs, 2, options.width(), 4, /* decoder= */ false);
    };
  }
}
