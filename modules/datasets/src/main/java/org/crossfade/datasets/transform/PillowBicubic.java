package org.crossfade.datasets.transform;

import java.util.Arrays;
import org.crossfade.core.data.Image;

/**
 * Pillow's {@code resize(BICUBIC)} on 8-bit images, with its integer arithmetic, so that the result
 * is the same byte for byte.
 *
 * <p>The kernel is Keys' cubic with a = −0.5, widened by the scale when shrinking (antialiasing).
 * Output i has its centre at c = (i + 0.5)·in/out; tap j weighs k((j + 0.5 − c)/max(in/out, 1)),
 * the weights normalised to sum 1 and rounded to 22 fractional bits. The horizontal pass comes
 * first and is rounded and clipped to 8 bits before the vertical one. A pass whose size does not
 * change is left out.
 */
public final class PillowBicubic {
  private static final int PRECISION = 22;
  private static final double A = -0.5;
  private static final double SUPPORT = 2;

  private PillowBicubic() {}

  /** The image at another size, at least 1x1; the image itself if the size is its own. */
  public static Image resize(Image image, int width, int height) {
    return resize(image, width, height, new Window(0, 0, width, height));
  }

  /**
   * A window of the image at another size, without computing the rest.
   *
   * @param width of the whole image at the other size, at least 1
   * @param height of the whole image at the other size, at least 1
   * @param window lies inside it
   */
  static Image resize(Image image, int width, int height, Window window) {
    requireSize(width, height);
    Taps rows = Taps.of(image.height(), height);
    // The rows of the image that the window's rows are weighted sums of.
    boolean tall = height != image.height();
    int firstRow = tall ? rows.first[window.y()] : window.y();
    int last = window.y() + window.height() - 1;
    int endRow = tall ? rows.first[last] + rows.count[last] : last + 1;
    Image wide = horizontal(image, width, firstRow, endRow, window);
    return tall ? vertical(wide, firstRow, rows, window) : wide;
  }

  /** A part of a resized image: its first column and row, and its size, at least 1x1. */
  record Window(int x, int y, int width, int height) {}

  static void requireSize(int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "cannot resize to " + width + "x" + height + ": at least 1x1 is expected");
    }
  }

  /** The window's columns of the rows from {@code firstRow} up to {@code endRow}. */
  private static Image horizontal(Image image, int width, int firstRow, int endRow, Window window) {
    byte[] in = image.rgb();
    byte[] out = new byte[(endRow - firstRow) * window.width() * 3];
    if (width == image.width()) {
      if (out.length == in.length) {
        return image;
      }
      for (int y = firstRow; y < endRow; y++) {
        int from = (y * image.width() + window.x()) * 3;
        int to = (y - firstRow) * window.width() * 3;
        System.arraycopy(in, from, out, to, window.width() * 3);
      }
      return new Image(endRow - firstRow, window.width(), out);
    }
    Taps taps = Taps.of(image.width(), width);
    int at = 0;
    for (int y = firstRow; y < endRow; y++) {
      int row = y * image.width() * 3;
      for (int x = window.x(); x < window.x() + window.width(); x++) {
        int red = 1 << (PRECISION - 1);
        int green = red;
        int blue = red;
        int pixel = row + taps.first[x] * 3;
        for (int n = 0; n < taps.count[x]; n++, pixel += 3) {
          int weight = taps.weights[x * taps.stride + n];
          red += (in[pixel] & 0xFF) * weight;
          green += (in[pixel + 1] & 0xFF) * weight;
          blue += (in[pixel + 2] & 0xFF) * weight;
        }
        out[at++] = clip(red);
        out[at++] = clip(green);
        out[at++] = clip(blue);
      }
    }
    return new Image(endRow - firstRow, window.width(), out);
  }

  /** The window's rows of an image whose first row is {@code firstRow} of the whole. */
  private static Image vertical(Image image, int firstRow, Taps taps, Window window) {
    byte[] in = image.rgb();
    int rowBytes = image.width() * 3;
    byte[] out = new byte[window.height() * rowBytes];
    int[] sums = new int[rowBytes];
    int at = 0;
    for (int y = window.y(); y < window.y() + window.height(); y++) {
      Arrays.fill(sums, 1 << (PRECISION - 1));
      for (int n = 0; n < taps.count[y]; n++) {
        int weight = taps.weights[y * taps.stride + n];
        int row = (taps.first[y] + n - firstRow) * rowBytes;
        for (int i = 0; i < rowBytes; i++) {
          sums[i] += (in[row + i] & 0xFF) * weight;
        }
      }
      for (int i = 0; i < rowBytes; i++) {
        out[at++] = clip(sums[i]);
      }
    }
    return new Image(window.height(), image.width(), out);
  }

  private static byte clip(int sum) {
    int value = sum >> PRECISION;
    return (byte) (value < 0 ? 0 : Math.min(value, 255));
  }

  private static double kernel(double distance) {
    double x = Math.abs(distance);
    if (x < 1) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  }

  /** Per output index: the first input index, the number of taps, and their fixed-point weights. */
  private static final class Taps {
    final int stride;
    final int[] first;
    final int[] count;
    final int[] weights;

    private Taps(int stride, int outputs) {
      this.stride = stride;
      this.first = new int[outputs];
      this.count = new int[outputs];
      this.weights = new int[stride * outputs];
    }

    static Taps of(int in, int out) {
      double scale = (double) in / out;
      double filterScale = Math.max(scale, 1);
      double support = SUPPORT * filterScale;
      Taps taps = new Taps((int) Math.ceil(support) * 2 + 1, out);
      double[] weights = new double[taps.stride];
      for (int i = 0; i < out; i++) {
        double centre = (i + 0.5) * scale;
        int first = Math.max((int) (centre - support + 0.5), 0);
        int count = Math.min((int) (centre + support + 0.5), in) - first;
        double sum = 0;
        for (int j = 0; j < count; j++) {
          weights[j] = kernel((j + first - centre + 0.5) * (1 / filterScale));
          sum += weights[j];
        }
        for (int j = 0; j < count; j++) {
          double weight = sum == 0 ? weights[j] : weights[j] / sum;
          taps.weights[i * taps.stride + j] =
              (int) (Math.copySign(0.5, weight) + weight * (1 << PRECISION));
        }
        taps.first[i] = first;
        taps.count[i] = count;
      }
      return taps;
    }
  }
}
