package org.crossfade.recipes.augmentation;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * Random colours of 8-bit images as mmsegmentation's {@code PhotoMetricDistortion} makes them,
 * which HRDA trains its supervised networks with; neither torchvision's jitter ({@link
 * ColorJitter}) nor kornia's.
 *
 * <p>Each change is made to an image or not, with probability 1/2, and comes in this order:
 * brightness adds, contrast multiplies (or comes last, with probability 1/2), saturation multiplies
 * that of OpenCV's 8-bit HSV, hue adds to that of OpenCV's. Each ends with 8 bits, clipped to
 * 0..255 and cut at the point; the last two go to HSV and back on their own. A strength of 0 leaves
 * its change out. Source: {@code mmseg/datasets/pipelines/transforms.py} of HRDA.
 *
 * @param brightness x: the addend is uniform in −x..x, in levels; 32 as published
 * @param contrast x: the factor is uniform in 1 − x..1 + x, 0 to 1; 0.5 as published
 * @param saturation x: the factor is uniform in 1 − x..1 + x, 0 to 1; 0.5 as published
 * @param hue x: the addend is a whole number in −x..x − 1, in steps of two degrees, 0 to 90; 18 as
 *     published, whose draw leaves 18 itself out too
 */
public record PhotometricDistortion(
    double brightness, double contrast, double saturation, int hue) {
  /** Column of a change in coins and values. */
  static final int BRIGHTNESS = 0;

  static final int CONTRAST = 1;
  static final int SATURATION = 2;
  static final int HUE = 3;

  /** Column of the coin that has contrast second instead of last. */
  static final int CONTRAST_EARLY = 4;

  private static final int VALUES = 4;
  private static final int COINS = 5;

  /** Checks the ranges. */
  public PhotometricDistortion {
    if (!(brightness >= 0 && brightness <= 255)) {
      throw new IllegalArgumentException(
          "the brightness of a distortion must lie in 0..255, found " + brightness);
    }
    if (!(contrast >= 0 && contrast <= 1 && saturation >= 0 && saturation <= 1)) {
      throw new IllegalArgumentException(
          "contrast and saturation of a distortion must lie in 0..1, found "
              + contrast
              + " and "
              + saturation);
    }
    if (hue < 0 || hue > OpenCvHsv.HUES / 2) {
      throw new IllegalArgumentException("the hue of a distortion must lie in 0..90, found " + hue);
    }
  }

  /**
   * Returns changed images.
   *
   * @param images RGB, [N, H, W, 3]
   * @param seed of coins and values, [2]
   * @return RGB, [N, H, W, 3]
   */
  public Operand<TUint8> apply(Ops tf, Operand<TUint8> images, Operand<TInt64> seed) {
    long count = images.shape().get(0);
    Operand<TFloat32> uniform =
        tf.random.statelessRandomUniform(tf.constant(new long[] {count, COINS + VALUES}), seed);
    Operand<TBool> heads = tf.math.less(columns(tf, uniform, 0, COINS), tf.constant(0.5f));
    // What is off must not go to HSV and back either.
    Operand<TBool> on =
        tf.constant(new boolean[] {brightness > 0, contrast > 0, saturation > 0, hue > 0, true});
    Operand<TBool> coins = tf.math.logicalAnd(heads, on);
    return apply(tf, images, coins, values(tf, columns(tf, uniform, COINS, VALUES)));
  }

  /** From uniform numbers in [0, 1) to addends and factors, [N, 4]. */
  private Operand<TFloat32> values(Ops tf, Operand<TFloat32> uniform) {
    float[] low = {
      (float) -brightness, (float) (1 - contrast), (float) (1 - saturation), (float) -hue
    };
    float[] range = {
      (float) (2 * brightness), (float) (2 * contrast), (float) (2 * saturation), 2f * hue
    };
    Operand<TFloat32> scaled =
        tf.math.add(tf.constant(low), tf.math.mul(uniform, tf.constant(range)));
    return tf.select(
        tf.constant(new boolean[] {false, false, false, true}), tf.math.floor(scaled), scaled);
  }

  /**
   * Returns images changed as coins and values say.
   *
   * @param coins whether a change is made, by the changes' columns, and whether contrast is early,
   *     [N, 5]
   * @param values addends and factors, by the changes' columns, [N, 4]
   */
  static Operand<TUint8> apply(
      Ops tf, Operand<TUint8> images, Operand<TBool> coins, Operand<TFloat32> values) {
    Operand<TBool> early = column(tf, coins, CONTRAST_EARLY);
    Operand<TBool> contrast = column(tf, coins, CONTRAST);
    Operand<TFloat32> factor = column(tf, values, CONTRAST);
    Operand<TFloat32> x = tf.dtypes.cast(images, TFloat32.class);
    x =
        tf.select(
            column(tf, coins, BRIGHTNESS),
            bytes(tf, tf.math.add(x, column(tf, values, BRIGHTNESS))),
            x);
    x = tf.select(tf.math.logicalAnd(contrast, early), bytes(tf, tf.math.mul(x, factor)), x);
    x =
        tf.select(
            column(tf, coins, SATURATION),
            saturated(tf, OpenCvHsv.of(tf, x), column(tf, values, SATURATION)),
            x);
    x =
        tf.select(
            column(tf, coins, HUE), turned(tf, OpenCvHsv.of(tf, x), column(tf, values, HUE)), x);
    Operand<TBool> late = tf.math.logicalAnd(contrast, tf.math.logicalNot(early));
    x = tf.select(late, bytes(tf, tf.math.mul(x, factor)), x);
    return tf.dtypes.cast(x, TUint8.class);
  }

  private static Operand<TFloat32> saturated(Ops tf, OpenCvHsv colours, Operand<TFloat32> factor) {
    Operand<TFloat32> saturation = tf.dtypes.cast(colours.saturation(), TFloat32.class);
    Operand<TFloat32> multiplied = bytes(tf, tf.math.mul(saturation, alike(tf, factor)));
    return colours.withSaturation(tf.dtypes.cast(multiplied, TInt32.class)).rgb(tf);
  }

  private static Operand<TFloat32> turned(Ops tf, OpenCvHsv colours, Operand<TFloat32> steps) {
    Operand<TInt32> whole = tf.dtypes.cast(alike(tf, steps), TInt32.class);
    return colours
        .withHue(tf.math.floorMod(tf.math.add(colours.hue(), whole), tf.constant(OpenCvHsv.HUES)))
        .rgb(tf);
  }

  /** [N, 1, 1, 1] as [N, 1, 1], for maps without channels. */
  private static Operand<TFloat32> alike(Ops tf, Operand<TFloat32> x) {
    return tf.reshape(x, tf.constant(new int[] {-1, 1, 1}));
  }

  /** As numpy makes bytes of clipped numbers. */
  private static Operand<TFloat32> bytes(Ops tf, Operand<TFloat32> x) {
    return tf.math.floor(tf.clipByValue(x, tf.constant(0f), tf.constant(255f)));
  }

  private static <T extends TType> Operand<T> columns(Ops tf, Operand<T> x, int first, int count) {
    return tf.slice(x, tf.constant(new int[] {0, first}), tf.constant(new int[] {-1, count}));
  }

  /** One column of [N, ·] as [N, 1, 1, 1]. */
  private static <T extends TType> Operand<T> column(Ops tf, Operand<T> x, int number) {
    return tf.reshape(columns(tf, x, number, 1), tf.constant(new int[] {-1, 1, 1, 1}));
  }
}
