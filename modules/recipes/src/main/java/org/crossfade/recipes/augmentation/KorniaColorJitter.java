package org.crossfade.recipes.augmentation;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Max;
import org.tensorflow.op.core.Min;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Colour jitter of float images as kornia 0.5.8 computes it, which is not torchvision's ({@link
 * org.crossfade.recipes.augmentation.ColorJitter}): brightness b adds b − 1 and contrast c
 * multiplies without regard to the mean, both clipped to 0..1; saturation s multiplies HSV's
 * saturation (max − min)/(max + 1e-6), clipped; hue h adds h turns. Every image has its own factors
 * and its own order of the four.
 */
public final class KorniaColorJitter {
  /** Number of brightness in an order. */
  public static final int BRIGHTNESS = 0;

  /** Number of contrast in an order. */
  public static final int CONTRAST = 1;

  /** Number of saturation in an order. */
  public static final int SATURATION = 2;

  /** Number of hue in an order. */
  public static final int HUE = 3;

  private static final int OPERATIONS = 4;

  private KorniaColorJitter() {}

  /**
   * Returns jittered images.
   *
   * @param rgb [N, H, W, 3], about 0..1; what lies outside is clipped by all but hue
   * @param factors of brightness, contrast, saturation and hue, [N, 4]; hue in turns
   * @param order numbers of the operations as they come, [N, 4]
   * @return [N, H, W, 3]
   */
  public static Operand<TFloat32> apply(
      Ops tf, Operand<TFloat32> rgb, Operand<TFloat32> factors, Operand<TInt32> order) {
    Operand<TFloat32> x = rgb;
    for (int position = 0; position < OPERATIONS; position++) {
      x = one(tf, x, factors, column(tf, order, position));
    }
    return x;
  }

  /** One operation on each image; which one is known at run time only. */
  private static Operand<TFloat32> one(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> factors, Operand<TInt32> operation) {
    Operand<TBool> brightness = is(tf, operation, BRIGHTNESS);
    Operand<TBool> saturation = is(tf, operation, SATURATION);
    Operand<TFloat32> one = tf.constant(1f);
    Operand<TFloat32> zero = tf.constant(0f);
    Operand<TFloat32> added =
        tf.select(brightness, tf.math.sub(column(tf, factors, BRIGHTNESS), one), zero);
    Operand<TFloat32> multiplied =
        tf.select(is(tf, operation, CONTRAST), column(tf, factors, CONTRAST), one);
    Operand<TFloat32> affine = unit(tf, tf.math.mul(tf.math.add(x, added), multiplied));
    Operand<TFloat32> turns = tf.select(is(tf, operation, HUE), column(tf, factors, HUE), zero);
    Operand<TFloat32> viaHsv =
        hueAndSaturation(tf, x, turns, saturation, column(tf, factors, SATURATION));
    return tf.select(tf.math.less(operation, tf.constant(SATURATION)), affine, viaHsv);
  }

  private static Operand<TFloat32> hueAndSaturation(
      Ops tf,
      Operand<TFloat32> x,
      Operand<TFloat32> turns,
      Operand<TBool> saturates,
      Operand<TFloat32> factor) {
    Operand<TInt32> channel = tf.constant(3);
    Operand<TFloat32> value = tf.max(x, channel, Max.keepDims(true));
    Operand<TFloat32> range = tf.math.sub(value, tf.min(x, channel, Min.keepDims(true)));
    Operand<TFloat32> saturation = tf.math.div(range, tf.math.add(value, tf.constant(1e-6f)));
    Operand<TFloat32> saturated =
        tf.select(saturates, unit(tf, tf.math.mul(saturation, factor)), saturation);
    // kornia's remainder keeps the sign; its way back takes any angle.
    Operand<TFloat32> hue =
        tf.math.truncateMod(tf.math.add(hue(tf, x, value, range), turns), tf.constant(1f));
    return rgb(tf, hue, saturated, value);
  }

  /** Hue in turns, 0..1, of the first of the largest channels; 0 for grey. */
  private static Operand<TFloat32> hue(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> value, Operand<TFloat32> range) {
    Operand<TFloat32> divisor =
        tf.select(tf.math.equal(range, tf.constant(0f)), tf.onesLike(range), range);
    Operand<TFloat32> r = channel(tf, x, 0);
    Operand<TFloat32> g = channel(tf, x, 1);
    Operand<TFloat32> b = channel(tf, x, 2);
    Operand<TFloat32> ofRed = tf.math.sub(g, b);
    Operand<TFloat32> ofGreen =
        tf.math.add(tf.math.mul(divisor, tf.constant(2f)), tf.math.sub(b, r));
    Operand<TFloat32> ofBlue =
        tf.math.add(tf.math.mul(divisor, tf.constant(4f)), tf.math.sub(r, g));
    Operand<TFloat32> numerator =
        tf.select(
            tf.math.equal(r, value), ofRed, tf.select(tf.math.equal(g, value), ofGreen, ofBlue));
    return tf.math.floorMod(
        tf.math.div(tf.math.div(numerator, divisor), tf.constant(6f)), tf.constant(1f));
  }

  private static Operand<TFloat32> rgb(
      Ops tf, Operand<TFloat32> hue, Operand<TFloat32> saturation, Operand<TFloat32> value) {
    Operand<TFloat32> one = tf.constant(1f);
    Operand<TFloat32> sextants = tf.math.mul(hue, tf.constant(6f));
    Operand<TFloat32> sector = tf.math.floorMod(tf.math.floor(sextants), tf.constant(6f));
    Operand<TFloat32> fraction = tf.math.sub(tf.math.floorMod(sextants, tf.constant(6f)), sector);
    Operand<TFloat32> p = tf.math.mul(value, tf.math.sub(one, saturation));
    Operand<TFloat32> q = tf.math.mul(value, tf.math.sub(one, tf.math.mul(fraction, saturation)));
    Operand<TFloat32> t =
        tf.math.mul(value, tf.math.sub(one, tf.math.mul(tf.math.sub(one, fraction), saturation)));
    Operand<TInt32> index = tf.dtypes.cast(sector, TInt32.class);
    return tf.concat(
        List.of(
            pick(tf, index, List.of(value, q, p, p, t, value)),
            pick(tf, index, List.of(t, value, value, q, p, p)),
            pick(tf, index, List.of(p, p, t, value, value, q))),
        tf.constant(3));
  }

  private static Operand<TFloat32> pick(
      Ops tf, Operand<TInt32> index, List<Operand<TFloat32>> values) {
    Operand<TFloat32> picked = values.get(5);
    for (int i = 4; i >= 0; i--) {
      picked = tf.select(tf.math.equal(index, tf.constant(i)), values.get(i), picked);
    }
    return picked;
  }

  private static Operand<TFloat32> unit(Ops tf, Operand<TFloat32> x) {
    return tf.clipByValue(x, tf.constant(0f), tf.constant(1f));
  }

  private static Operand<TBool> is(Ops tf, Operand<TInt32> operation, int number) {
    return tf.math.equal(operation, tf.constant(number));
  }

  /** One channel, [N, H, W, 1]. */
  private static Operand<TFloat32> channel(Ops tf, Operand<TFloat32> x, int number) {
    return tf.slice(
        x, tf.constant(new int[] {0, 0, 0, number}), tf.constant(new int[] {-1, -1, -1, 1}));
  }

  /** One column of [N, 4] as [N, 1, 1, 1]. */
  private static <T extends TType> Operand<T> column(Ops tf, Operand<T> x, int number) {
    return tf.reshape(
        tf.slice(x, tf.constant(new int[] {0, number}), tf.constant(new int[] {-1, 1})),
        tf.constant(new int[] {-1, 1, 1, 1}));
  }
}
