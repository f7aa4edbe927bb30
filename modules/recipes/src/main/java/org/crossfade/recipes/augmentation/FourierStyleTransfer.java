package org.crossfade.recipes.augmentation;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Style transfer of FDA (Yang and Soatto, CVPR 2020), which PixDA and MetaPix use: each source
 * image takes the amplitudes of the lowest frequencies from the target image of the same place in
 * the batch, and keeps its own phases.
 *
 * <p>For each channel, F = |F|·e^{iφ} the transform of the source and F' that of the target, the
 * result is the real part of the inverse transform of |F'|·e^{iφ} inside the window and of F
 * outside. b = ⌊min(H, W)·share⌋. Images are in 0..255, before a mean is subtracted; the result is
 * not clipped.
 *
 * <p>Only the window's frequencies are computed: x + F⁻¹[(|F'| − |F|)·e^{iφ}] is the same thing,
 * and four thin matrix products take the place of six transforms of whole images. In double
 * precision, as the official code.
 *
 * @param share L, half the window's width as a share of the shorter side, 0..0.5 (0.5 excluded).
 *     PixDA: 0.01; 0 still exchanges the mean in a symmetric window
 * @param window which frequencies are exchanged
 */
public record FourierStyleTransfer(double share, Window window) {
  /** Which frequencies (u, v) are exchanged. */
  public enum Window {
    /** |u| ≤ b and |v| ≤ b: FDA's and PixDA's NumPy function. */
    SYMMETRIC,
    /**
     * −b ≤ u &lt; b and 0 ≤ v &lt; b, and their mirror images: FDA's PyTorch function, whose
     * inverse transform reads half of its spectrum.
     */
    CORNERS
  }

  /**
   * Waves of less than so many grey levels are rounding errors, whose phase counts as 0. As in
   * NumPy, where a black image's angles are 0.
   */
  private static final double SMALLEST_WAVE = 1e-9;

  /** Checks the range. */
  public FourierStyleTransfer {
    if (!(share >= 0 && share < 0.5)) {
      throw new IllegalArgumentException(
          "the share of a style transfer must lie in 0..0.5, 0.5 excluded, found " + share);
    }
  }

  /**
   * Returns the source in the target's style.
   *
   * @param source [N, H, W, C]
   * @param target [N, H, W, C]
   * @return [N, H, W, C], not clipped
   * @throws IllegalArgumentException if the shapes differ or are not known
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> source, Operand<TFloat32> target) {
    Shape shape = source.shape();
    if (shape.hasUnknownDimension() || !shape.equals(target.shape())) {
      throw new IllegalArgumentException(
          "style is transferred between images of one known size; source "
              + shape
              + ", target "
              + target.shape()
              + ": resize both to the same width and height");
    }
    int height = (int) shape.get(1);
    int width = (int) shape.get(2);
    int reach = (int) (Math.min(height, width) * share);
    if (window == Window.CORNERS && reach == 0) {
      return source;
    }
    int highest = window == Window.SYMMETRIC ? reach : reach - 1;
    var vertical = new Waves(tf, -reach, highest, height);
    var horizontal = new Waves(tf, 0, highest, width);
    Operand<TFloat64> wide = tf.dtypes.cast(source, TFloat64.class);
    Spectrum own = Spectrum.of(tf, wide, vertical, horizontal);
    Spectrum other = Spectrum.of(tf, tf.dtypes.cast(target, TFloat64.class), vertical, horizontal);
    Spectrum change = own.changeTo(tf, other, SMALLEST_WAVE * height * width);
    Operand<TFloat64> difference = change.images(tf, shape, vertical, horizontal);
    return tf.dtypes.cast(tf.math.add(wide, difference), TFloat32.class);
  }

  /** cos and sin of 2πky/n for k = lowest..highest and y = 0..n−1, [count, n] each. */
  private static final class Waves {
    private final Operand<TFloat64> cosine;
    private final Operand<TFloat64> sine;

    /** How many waves of the whole spectrum each one stands for: its mirror image is not kept. */
    private final Operand<TFloat64> multiplicity;

    Waves(Ops tf, int lowest, int highest, int length) {
      int count = highest - lowest + 1;
      double[] cosines = new double[count * length];
      double[] sines = new double[count * length];
      double[] multiplicities = new double[count];
      for (int k = 0; k < count; k++) {
        multiplicities[k] = lowest + k == 0 ? 1 : 2;
        for (int y = 0; y < length; y++) {
          // Reduced to one turn first: the angle stays exact.
          double angle = 2 * Math.PI * Math.floorMod((long) (lowest + k) * y, length) / length;
          cosines[k * length + y] = Math.cos(angle);
          sines[k * length + y] = Math.sin(angle);
        }
      }
      cosine = tf.constant(Shape.of(count, length), DataBuffers.of(cosines));
      sine = tf.constant(Shape.of(count, length), DataBuffers.of(sines));
      multiplicity = tf.constant(Shape.of(count, 1), DataBuffers.of(multiplicities));
    }
  }

  /**
   * Some frequencies of a batch: −reach..highest vertically, 0..highest horizontally.
   *
   * @param real [N, U, V, C]
   * @param imaginary [N, U, V, C]
   */
  private record Spectrum(Operand<TFloat64> real, Operand<TFloat64> imaginary) {

    /** Returns Σ over y and x of image·e^{−2πi(uy/H + vx/W)}. */
    static Spectrum of(Ops tf, Operand<TFloat64> image, Waves vertical, Waves horizontal) {
      String columns = "nhwc,uh->nuwc";
      Operand<TFloat64> cosine = product(tf, columns, image, vertical.cosine);
      Operand<TFloat64> sine = product(tf, columns, image, vertical.sine);
      String rows = "nuwc,vw->nuvc";
      return new Spectrum(
          tf.math.sub(
              product(tf, rows, cosine, horizontal.cosine),
              product(tf, rows, sine, horizontal.sine)),
          tf.math.neg(
              tf.math.add(
                  product(tf, rows, sine, horizontal.cosine),
                  product(tf, rows, cosine, horizontal.sine))));
    }

    /** Returns (|F'| − |F|)·e^{iφ}, φ the angle of this spectrum, 0 where F is below noise. */
    Spectrum changeTo(Ops tf, Spectrum other, double noise) {
      Operand<TFloat64> own = amplitude(tf);
      Operand<TFloat64> wanted = other.amplitude(tf);
      Operand<TBool> hasPhase = tf.math.greater(own, tf.constant(noise));
      Operand<TFloat64> factor =
          tf.math.sub(
              tf.math.div(wanted, tf.select(hasPhase, own, tf.onesLike(own))), tf.constant(1.0));
      return new Spectrum(
          tf.select(hasPhase, tf.math.mul(real, factor), tf.math.sub(wanted, real)),
          tf.select(hasPhase, tf.math.mul(imaginary, factor), tf.math.neg(imaginary)));
    }

    /** Returns the images of these frequencies and their mirror images, [N, H, W, C]. */
    Operand<TFloat64> images(Ops tf, Shape shape, Waves vertical, Waves horizontal) {
      Operand<TFloat64> a = tf.math.mul(real, horizontal.multiplicity);
      Operand<TFloat64> b = tf.math.mul(imaginary, horizontal.multiplicity);
      String rows = "nuvc,vw->nuwc";
      Operand<TFloat64> re =
          tf.math.sub(
              product(tf, rows, a, horizontal.cosine), product(tf, rows, b, horizontal.sine));
      Operand<TFloat64> im =
          tf.math.add(
              product(tf, rows, a, horizontal.sine), product(tf, rows, b, horizontal.cosine));
      String columns = "nuwc,uh->nhwc";
      Operand<TFloat64> sum =
          tf.math.sub(
              product(tf, columns, re, vertical.cosine), product(tf, columns, im, vertical.sine));
      return tf.math.div(sum, tf.constant((double) shape.get(1) * shape.get(2)));
    }

    private Operand<TFloat64> amplitude(Ops tf) {
      return tf.math.sqrt(tf.math.add(tf.math.square(real), tf.math.square(imaginary)));
    }

    private static Operand<TFloat64> product(
        Ops tf, String equation, Operand<TFloat64> x, Operand<TFloat64> waves) {
      return tf.linalg.einsum(List.of(x, waves), equation);
    }
  }
}
