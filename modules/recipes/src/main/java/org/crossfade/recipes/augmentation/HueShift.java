package org.crossfade.recipes.augmentation;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * torchvision's change of hue on 8-bit images: to Pillow's 8-bit HSV, hue plus int(255·shift)
 * modulo 256, and back. Single and double precision alternate as they do in Pillow's C code,
 * because its truncations would otherwise fall on the other side now and then.
 */
final class HueShift {
  private HueShift() {}

  /**
   * Returns the turned image.
   *
   * @param x RGB, whole numbers 0..255, [H, W, 3]
   * @param shift scalar, in turns
   * @return of the same form
   */
  static Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x, Operand<TFloat32> shift) {
    Operand<TFloat32> red = channel(tf, x, 0);
    Operand<TFloat32> green = channel(tf, x, 1);
    Operand<TFloat32> blue = channel(tf, x, 2);
    Operand<TFloat32> value = tf.math.maximum(red, tf.math.maximum(green, blue));
    Operand<TFloat32> least = tf.math.minimum(red, tf.math.minimum(green, blue));
    Operand<TFloat32> chroma = tf.math.sub(value, least);
    Operand<TFloat32> saturation =
        truncated(tf, tf.math.mul(wide(tf, tf.math.divNoNan(chroma, value)), tf.constant(255.0)));
    Operand<TFloat32> hue = hue(tf, red, green, blue, value, chroma);
    // numpy's conversion to uint8 cuts towards 0 and wraps.
    Operand<TInt32> steps =
        tf.dtypes.cast(tf.math.mul(wide(tf, shift), tf.constant(255.0)), TInt32.class);
    Operand<TFloat32> turned =
        tf.math.floorMod(
            tf.math.add(hue, tf.dtypes.cast(steps, TFloat32.class)), tf.constant(256f));
    return toRgb(tf, turned, saturation, value);
  }

  /** The 8-bit hue, [H, W]; 0 where there is no colour. */
  private static Operand<TFloat32> hue(
      Ops tf,
      Operand<TFloat32> red,
      Operand<TFloat32> green,
      Operand<TFloat32> blue,
      Operand<TFloat32> value,
      Operand<TFloat32> chroma) {
    Operand<TFloat32> r = tf.math.divNoNan(tf.math.sub(value, red), chroma);
    Operand<TFloat32> g = tf.math.divNoNan(tf.math.sub(value, green), chroma);
    Operand<TFloat32> b = tf.math.divNoNan(tf.math.sub(value, blue), chroma);
    Operand<TFloat32> fromGreen = sector(tf, 2, r, b);
    Operand<TFloat32> fromBlue = sector(tf, 4, g, r);
    Operand<TFloat32> angle =
        tf.select(
            tf.math.equal(red, value),
            tf.math.sub(b, g),
            tf.select(tf.math.equal(green, value), fromGreen, fromBlue));
    Operand<TFloat64> turns =
        tf.math.add(tf.math.div(wide(tf, angle), tf.constant(6.0)), tf.constant(1.0));
    Operand<TFloat32> fraction = narrow(tf, tf.math.sub(turns, tf.math.floor(turns)));
    Operand<TFloat32> steps = truncated(tf, tf.math.mul(wide(tf, fraction), tf.constant(255.0)));
    return tf.select(tf.math.equal(chroma, tf.constant(0f)), tf.constant(0f), steps);
  }

  /** offset + a − b. */
  private static Operand<TFloat32> sector(
      Ops tf, double offset, Operand<TFloat32> a, Operand<TFloat32> b) {
    return narrow(tf, tf.math.sub(tf.math.add(tf.constant(offset), wide(tf, a)), wide(tf, b)));
  }

  private static Operand<TFloat32> toRgb(
      Ops tf, Operand<TFloat32> hue, Operand<TFloat32> saturation, Operand<TFloat32> value) {
    Operand<TFloat64> scaled =
        tf.math.div(tf.math.mul(wide(tf, hue), tf.constant(6.0)), tf.constant(255.0));
    Operand<TFloat64> whole = tf.math.floor(scaled);
    Operand<TFloat32> f = narrow(tf, tf.math.sub(scaled, whole));
    Operand<TFloat32> s = narrow(tf, tf.math.div(wide(tf, saturation), tf.constant(255.0)));
    Operand<TFloat64> rest = tf.math.sub(tf.constant(1.0), wide(tf, f));
    Operand<TFloat32> p = dimmed(tf, value, wide(tf, s));
    Operand<TFloat32> q = dimmed(tf, value, wide(tf, tf.math.mul(s, f)));
    Operand<TFloat32> t = dimmed(tf, value, tf.math.mul(wide(tf, s), rest));
    Operand<TInt32> sector = tf.math.floorMod(tf.dtypes.cast(whole, TInt32.class), tf.constant(6));
    Operand<TFloat32> red = choose(tf, sector, value, q, p, p, t, value);
    Operand<TFloat32> green = choose(tf, sector, t, value, value, q, p, p);
    Operand<TFloat32> blue = choose(tf, sector, p, p, t, value, value, q);
    Operand<TFloat32> coloured = tf.stack(List.of(red, green, blue), Stack.axis(2L));
    Operand<TBool> grey = tf.expandDims(tf.math.equal(saturation, tf.constant(0f)), tf.constant(2));
    return tf.select(grey, tf.expandDims(value, tf.constant(2)), coloured);
  }

  /** round(value·(1 − amount)), halves upwards. */
  private static Operand<TFloat32> dimmed(
      Ops tf, Operand<TFloat32> value, Operand<TFloat64> amount) {
    Operand<TFloat64> product = tf.math.mul(wide(tf, value), tf.math.sub(tf.constant(1.0), amount));
    return narrow(tf, tf.math.floor(tf.math.add(product, tf.constant(0.5))));
  }

  /** The operand of the sixth of the colour circle that each pixel is in. */
  @SafeVarargs
  static Operand<TFloat32> choose(Ops tf, Operand<TInt32> sector, Operand<TFloat32>... bySector) {
    Operand<TFloat32> chosen = bySector[bySector.length - 1];
    for (int i = bySector.length - 2; i >= 0; i--) {
      if (bySector[i] != chosen) {
        chosen = tf.select(tf.math.equal(sector, tf.constant(i)), bySector[i], chosen);
      }
    }
    return chosen;
  }

  private static Operand<TFloat32> channel(Ops tf, Operand<TFloat32> x, int index) {
    return tf.gather(x, tf.constant(index), tf.constant(2));
  }

  private static Operand<TFloat64> wide(Ops tf, Operand<? extends TNumber> x) {
    return tf.dtypes.cast(x, TFloat64.class);
  }

  private static Operand<TFloat32> narrow(Ops tf, Operand<TFloat64> x) {
    return tf.dtypes.cast(x, TFloat32.class);
  }

  /** The whole part of what is nowhere negative. */
  private static Operand<TFloat32> truncated(Ops tf, Operand<TFloat64> x) {
    return narrow(tf, tf.math.floor(x));
  }
}
