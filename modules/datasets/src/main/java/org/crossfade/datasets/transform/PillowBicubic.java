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
    requireSize(width, height);
    Image wide = width == image.width() ? image : horizontal(image, width);
    return height == wide.height() ? wide : vertical(wide, height);
  }

  static void requireSize(int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "cannot resize to " + width + "x" + height + ": at least 1x1 is expected");
    }
  }

  private static Image horizontal(Image image, int width) {
    Taps taps = Taps.of(image.width(), width);
    byte[] in = image.rgb();
    byte[] out = new byte[image.height() * width * 3];
    int at = 0;
    for (int y = 0; y < image.height(); y++) {
      int row = y * image.width() * 3;
      for (int x = 0; x < width; x++) {
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
    return new Image(image.height(), width, out);
  }

  private static Image vertical(Image image, int height) {
    Taps taps = Taps.of(image.height(), height);
    byte[] in = image.rgb();
    int rowBytes = image.width() * 3;
    byte[] out = new byte[height * rowBytes];
    int[] sums = new int[rowBytes];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, 1 << (PRECISION - 1));
      for (int n = 0; n < taps.count[y]; n++) {
        int weight = taps.weights[y * taps.stride + n];
        int row = (taps.first[y] + n) * rowBytes;
        for (int i = 0; i < rowBytes; i++) {
          sums[i] += (in[row + i] & 0xFF) * weight;
        }
      }
      for (int i = 0; i < rowBytes; i++) {
        out[y * rowBytes + i] = clip(sums[i]);
      }
    }
    return new Image(height, image.width(), out);
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
