package org.crossfade.recipes.augmentation;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/**
 * Random brightness, contrast, saturation and hue, as torchvision changes 8-bit Pillow images:
 * FADA's and SPCL's augmentation, with 0.5, 0.5, 0.5 and 0.2.
 *
 * <p>For each image, factors are uniform in [max(0, 1 − x), 1 + x] and the hue's shift in [−x, x];
 * the four changes come in a random order. Each ends with 8 bits: what follows sees the rounded
 * image. A strength of 0 leaves its change out.
 *
 * <p>Departure: the official codes change the decoded picture and resize it afterwards; here the
 * picture is resized before it is fed.
 *
 * @param brightness strength, at least 0
 * @param contrast strength, at least 0
 * @param saturation strength, at least 0
 * @param hue strength in turns of the colour circle, 0 to 0.5
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue) {
  /** Index of a change in factors and orders. */
  static final int BRIGHTNESS = 0;

  static final int CONTRAST = 1;
  static final int SATURATION = 2;
  static final int HUE = 3;

  /** Checks the ranges. */
  public ColorJitter {
    if (!(brightness >= 0 && contrast >= 0 && saturation >= 0)) {
      throw new IllegalArgumentException(
          "brightness, contrast and saturation of a jitter must be at least 0, found "
              + brightness
              + ", "
              + contrast
              + " and "
              + saturation);
    }
    if (!(hue >= 0 && hue <= 0.5)) {
      throw new IllegalArgumentException("the hue of a jitter must lie in 0..0.5, found " + hue);
    }
  }

  /** Returns the jitter that changes nothing. */
  public static ColorJitter none() {
    return new ColorJitter(0, 0, 0, 0);
  }

  /** Returns whether nothing changes. */
  public boolean isNone() {
    return changes().isEmpty();
  }

  /**
   * Returns changed images.
   *
   * @param images RGB, [N, H, W, 3]
   * @param seed of factors and orders, [2]
   * @return RGB, [N, H, W, 3]
   */
  public Operand<TUint8> apply(Ops tf, Operand<TUint8> images, Operand<TInt64> seed) {
    if (isNone()) {
      return images;
    }
    int count = (int) images.shape().get(0);
    Operand<TFloat32> uniform =
        tf.random.statelessRandomUniform(tf.constant(new long[] {count, 8}), seed);
    List<Operand<TFloat32>> rows = new ArrayList<>();
    List<Operand<TInt32>> orders = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      rows.add(factors(tf, row(tf, uniform, n, 0, 4)));
      orders.add(order(tf, row(tf, uniform, n, 4, 4)));
    }
    return apply(tf, images, rows, orders);
  }

  /**
   * Returns images changed by given factors.
   *
   * @param factors for each image [4], by the indices of the changes
   * @param orders for each image, the indices of the changes in order of application
   */
  static Operand<TUint8> apply(
      Ops tf,
      Operand<TUint8> images,
      List<Operand<TFloat32>> factors,
      List<Operand<TInt32>> orders) {
    long[] shape = images.shape().asArray();
    Shape one = Shape.of(shape[1], shape[2], 3);
    List<Operand<TFloat32>> changed = new ArrayList<>();
    for (int n = 0; n < shape[0]; n++) {
      Operand<TUint8> picture = tf.gather(images, tf.constant(n), tf.constant(0));
      Operand<TFloat32> x = tf.dtypes.cast(picture, TFloat32.class);
      int steps = (int) orders.get(n).shape().get(0);
      for (int i = 0; i < steps; i++) {
        Operand<TInt32> change = tf.gather(orders.get(n), tf.constant(i), tf.constant(0));
        Operand<TFloat32> factor = tf.gather(factors.get(n), change, tf.constant(0));
        x = tf.ensureShape(change(tf, x, change, factor), one);
      }
      changed.add(x);
    }
    return tf.dtypes.cast(tf.stack(changed), TUint8.class);
  }

  /** Only the branch that is taken is computed: the hue costs more than the rest together. */
  private static Operand<TFloat32> change(
      Ops tf, Operand<TFloat32> x, Operand<TInt32> change, Operand<TFloat32> factor) {
    Operand<TBool> isHue = tf.math.equal(change, tf.constant(HUE));
    var image = tf.switchCond(x, isHue);
    Operand<TFloat32> blended = blend(tf, image.outputFalse(), change, factor);
    Operand<TFloat32> turned = HueShift.apply(tf, image.outputTrue(), factor);
    return tf.merge(List.of(blended, turned)).output();
  }

  /**
   * Brightness blends with black, contrast with the constant grey of the rounded mean luma,
   * saturation with the luma: x ← ⌊clip(g + factor·(x − g))⌋, in single precision as Pillow.
   */
  private static Operand<TFloat32> blend(
      Ops tf, Operand<TFloat32> x, Operand<TInt32> change, Operand<TFloat32> factor) {
    Operand<TFloat32> luma = luma(tf, x);
    Operand<TFloat32> degenerate =
        tf.select(
            tf.math.equal(change, tf.constant(BRIGHTNESS)),
            tf.constant(0f),
            tf.select(tf.math.equal(change, tf.constant(CONTRAST)), roundedMean(tf, luma), luma));
    Operand<TFloat32> mixed =
        tf.math.add(degenerate, tf.math.mul(factor, tf.math.sub(x, degenerate)));
    return tf.math.floor(tf.clipByValue(mixed, tf.constant(0f), tf.constant(255f)));
  }

  /**
   * Pillow's luma, ⌊(19595 R + 38470 G + 7471 B + 32768)/65536⌋; every term and the sum are below
   * 2²⁴, so single precision is exact.
   *
   * @return [H, W, 1]
   */
  private static Operand<TFloat32> luma(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> sum =
        tf.reduceSum(
            tf.math.mul(x, tf.constant(new float[] {19595, 38470, 7471})),
            tf.constant(2),
            ReduceSum.keepDims(true));
    return tf.math.floor(
        tf.math.mul(tf.math.add(sum, tf.constant(32768f)), tf.constant(1f / 65536)));
  }

  private static Operand<TFloat32> roundedMean(Ops tf, Operand<TFloat32> luma) {
    var wide = tf.dtypes.cast(luma, TFloat64.class);
    var mean = tf.math.mean(wide, tf.constant(new int[] {0, 1, 2}));
    return tf.dtypes.cast(tf.math.floor(tf.math.add(mean, tf.constant(0.5))), TFloat32.class);
  }

  private List<Integer> changes() {
    double[] strengths = {brightness, contrast, saturation, hue};
    List<Integer> changes = new ArrayList<>();
    for (int i = 0; i < strengths.length; i++) {
      if (strengths[i] > 0) {
        changes.add(i);
      }
    }
    return changes;
  }

  /** From [4] uniform numbers in [0, 1) to [4] factors. */
  private Operand<TFloat32> factors(Ops tf, Operand<TFloat32> uniform) {
    float[] low = {
      (float) Math.max(0, 1 - brightness),
      (float) Math.max(0, 1 - contrast),
      (float) Math.max(0, 1 - saturation),
      (float) -hue
    };
    float[] range = {
      (float) (1 + brightness) - low[0],
      (float) (1 + contrast) - low[1],
      (float) (1 + saturation) - low[2],
      (float) hue - low[3]
    };
    return tf.math.add(tf.constant(low), tf.math.mul(uniform, tf.constant(range)));
  }

  /** From [4] uniform numbers to a random order of the changes that are on. */
  private Operand<TInt32> order(Ops tf, Operand<TFloat32> uniform) {
    List<Integer> changes = changes();
    Operand<TFloat32> keys =
        tf.slice(uniform, tf.constant(new int[] {0}), tf.constant(new int[] {changes.size()}));
    Operand<TInt32> shuffled =
        tf.nn.topK(keys, tf.constant(changes.size()), TInt32.class).indices();
    int[] indices = changes.stream().mapToInt(Integer::intValue).toArray();
    return tf.gather(tf.constant(indices), shuffled, tf.constant(0));
  }

  private static Operand<TFloat32> row(
      Ops tf, Operand<TFloat32> table, int row, int column, int count) {
    return tf.reshape(
        tf.slice(table, tf.constant(new int[] {row, column}), tf.constant(new int[] {1, count})),
        tf.constant(new int[] {count}));
  }
}
