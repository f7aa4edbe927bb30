package org.crossfade.core.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** Averages a network's answers to several sizes of one image, and to its mirror images. */
public final class MultiScaleInference {
  private MultiScaleInference() {}

  /**
   * Returns the mean of the class probabilities over scales and mirrorings.
   *
   * <p>For each scale s the image is resized, as the network's logits are, to ⌊H·s⌋ x ⌊W·s⌋, the
   * product taken in double precision and truncated: 90·0.7 gives 62, not 63. Each answer is
   * upsampled as logits, then softmaxed, then mirrored back. Source: {@code multi_scale_inference}
   * of FADA's {@code test.py}, whose scales are 0.7, 1.0 and 1.3 with mirroring.
   *
   * @param logits from normalised images to [N, h, w, K]; called for each scale with the image and
   *     then, where {@code flip}, with its mirror image
   * @param interpolation the network's
   * @param image normalised, [N, H, W, 3]
   * @param scales factors of the image's size
   * @param flip whether each scale is also seen mirrored left to right
   * @param outputSize height and width of the answer, [2]
   * @return [N, H', W', K], summing to 1 over the classes
   */
  public static Operand<TFloat32> probabilities(
      Ops tf,
      Function<Operand<TFloat32>, Operand<TFloat32>> logits,
      Interpolation interpolation,
      Operand<TFloat32> image,
      List<Double> scales,
      boolean flip,
      Operand<TInt32> outputSize) {
    List<Operand<TFloat32>> answers = new ArrayList<>();
    for (double scale : scales) {
      Operand<TFloat32> scaled = scaled(tf, interpolation, image, scale);
      answers.add(softmax(tf, interpolation, logits.apply(scaled), outputSize));
      if (flip) {
        Operand<TFloat32> mirrored =
            softmax(tf, interpolation, logits.apply(mirror(tf, scaled)), outputSize);
        answers.add(mirror(tf, mirrored));
      }
    }
    if (answers.isEmpty()) {
      throw new IllegalArgumentException("at least one scale is needed");
    }
    Operand<TFloat32> sum = answers.get(0);
    for (Operand<TFloat32> answer : answers.subList(1, answers.size())) {
      sum = tf.math.add(sum, answer);
    }
    return answers.size() == 1 ? sum : tf.math.div(sum, tf.constant((float) answers.size()));
  }

  /** The resized image. */
  private static Operand<TFloat32> scaled(
      Ops tf, Interpolation interpolation, Operand<TFloat32> image, double scale) {
    if (scale == 1) {
      return image;
    }
    if (!MapSize.isKnown(image)) {
      Operand<TFloat64> size = tf.dtypes.cast(MapSize.of(tf, image), TFloat64.class);
      return interpolation.resize(
          tf, image, tf.dtypes.cast(tf.math.mul(size, tf.constant(scale)), TInt32.class));
    }
    int height = (int) (image.shape().get(1) * scale);
    int width = (int) (image.shape().get(2) * scale);
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "scale " + scale + " leaves nothing of an image of shape " + image.shape());
    }
    return interpolation.resize(tf, image, height, width);
  }

  private static Operand<TFloat32> softmax(
      Ops tf, Interpolation interpolation, Operand<TFloat32> logits, Operand<TInt32> outputSize) {
    return tf.nn.softmax(interpolation.resize(tf, logits, outputSize));
  }

  /** Left becomes right, in [N, H, W, C]. */
  private static Operand<TFloat32> mirror(Ops tf, Operand<TFloat32> x) {
    return tf.reverse(x, tf.constant(new int[] {2}));
  }
}
