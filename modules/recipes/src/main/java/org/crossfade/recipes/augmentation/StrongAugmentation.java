package org.crossfade.recipes.augmentation;

import org.crossfade.core.nn.Normalisation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * What HRDA's {@code strong_transform} does to mixed images: colour jitter, then Gaussian blur,
 * each for the whole batch or not at all, each image with its own values.
 *
 * @param jitterThreshold colours are jittered where a coin, uniform in 0..1 and tossed once a step,
 *     exceeds it: 0.2 jitters four steps of five, although the official code calls it a probability
 * @param jitterStrength s: brightness, contrast and saturation lie in 1 − s..1 + s, hue in −s..s
 *     turns; 0.2 in DAFormer and HRDA, 0.25 in DACS
 * @param blurThreshold images are blurred where another coin exceeds it
 * @param blurSigmaMin smallest σ, in pixels
 * @param blurSigmaMax largest σ, in pixels
 */
public record StrongAugmentation(
    double jitterThreshold,
    double jitterStrength,
    double blurThreshold,
    double blurSigmaMin,
    double blurSigmaMax) {
  private static final int OPERATIONS = 4;

  /** Checks the ranges. */
  public StrongAugmentation {
    if (!(jitterThreshold >= 0 && jitterThreshold <= 1)
        || !(blurThreshold >= 0 && blurThreshold <= 1)) {
      throw new IllegalArgumentException(
          "jitter-threshold and blur-threshold must lie in 0..1, found "
              + jitterThreshold
              + " and "
              + blurThreshold);
    }
    if (!(jitterStrength >= 0 && jitterStrength <= 0.5)) {
      throw new IllegalArgumentException(
          "jitter-strength must lie in 0..0.5, since hue turns by it, found " + jitterStrength);
    }
    if (!(blurSigmaMin > 0 && blurSigmaMin <= blurSigmaMax)) {
      throw new IllegalArgumentException(
          "0 < blur-sigma-min <= blur-sigma-max must hold, found "
              + blurSigmaMin
              + " and "
              + blurSigmaMax);
    }
  }

  /** Returns no augmentation: no coin exceeds 1. */
  public static StrongAugmentation none() {
    return new StrongAugmentation(1, 0, 1, 1, 1);
  }

  /** Returns whether anything is ever done. */
  public boolean isNone() {
    return jitterThreshold == 1 && blurThreshold == 1;
  }

  /**
   * Returns augmented images.
   *
   * @param images normalised, [N, H, W, 3]
   * @param normalisation of the images
   * @param seed shape [2]
   */
  public Operand<TFloat32> apply(
      Ops tf, Operand<TFloat32> images, Normalisation normalisation, Operand<TInt64> seed) {
    if (isNone()) {
      return images;
    }
    long n = images.shape().get(0);
    float s = (float) jitterStrength;
    Operand<TFloat32> strengths =
        tf.math.mul(
            uniform(tf, seed, 1, -1, 1, n, OPERATIONS), tf.constant(new float[] {s, s, s, s}));
    Operand<TFloat32> factors = tf.math.add(strengths, tf.constant(new float[] {1, 1, 1, 0}));
    Operand<TInt32> order =
        tf.nn
            .topK(
                uniform(tf, seed, 2, 0, 1, n, OPERATIONS),
                tf.constant(OPERATIONS),
                new TopK.Options[] {TopK.sorted(true)})
            .indices();
    Operand<TFloat32> jittered =
        jitter(tf, images, normalisation, uniform(tf, seed, 3, 0, 1), factors, order);
    Operand<TFloat32> sigma = uniform(tf, seed, 4, (float) blurSigmaMin, (float) blurSigmaMax, n);
    return blur(tf, jittered, uniform(tf, seed, 5, 0, 1), sigma);
  }

  /**
   * Returns the images, jittered where {@code coin} exceeds the threshold.
   *
   * @param images normalised, [N, H, W, 3]
   * @param coin scalar
   * @param factors brightness, contrast, saturation and hue (in turns), [N, 4]
   * @param order of the operations, [N, 4]
   */
  public Operand<TFloat32> jitter(
      Ops tf,
      Operand<TFloat32> images,
      Normalisation normalisation,
      Operand<TFloat32> coin,
      Operand<TFloat32> factors,
      Operand<TInt32> order) {
    Operand<TFloat32> bytes = tf.constant(255f);
    Operand<TFloat32> rgb = tf.math.div(normalisation.undo(tf, images), bytes);
    Operand<TFloat32> jittered =
        normalisation.ofFloat(
            tf, tf.math.mul(KorniaColorJitter.apply(tf, rgb, factors, order), bytes));
    return tf.select(tf.math.greater(coin, tf.constant((float) jitterThreshold)), jittered, images);
  }

  /**
   * Returns the images, blurred where {@code coin} exceeds the threshold.
   *
   * @param images [N, H, W, 3]
   * @param coin scalar
   * @param sigma [N], at most the largest σ
   */
  public Operand<TFloat32> blur(
      Ops tf, Operand<TFloat32> images, Operand<TFloat32> coin, Operand<TFloat32> sigma) {
    return tf.select(
        tf.math.greater(coin, tf.constant((float) blurThreshold)),
        new GaussianBlur(blurSigmaMax).apply(tf, images, sigma),
        images);
  }

  private static Operand<TFloat32> uniform(
      Ops tf, Operand<TInt64> seed, long use, float low, float high, long... shape) {
    Operand<TFloat32> unit =
        tf.random.statelessRandomUniform(
            tf.constant(shape), tf.math.add(seed, tf.constant(new long[] {use, 0})));
    return tf.math.add(tf.math.mul(unit, tf.constant(high - low)), tf.constant(low));
  }
}
