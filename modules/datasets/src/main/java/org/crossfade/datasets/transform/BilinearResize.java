package org.crossfade.datasets.transform;

import org.crossfade.core.data.Image;

/**
 * Bilinear resizing without antialiasing, cells on cells: OpenCV's {@code INTER_LINEAR}, computed
 * in double precision and rounded half up. OpenCV's own arithmetic has 11 fractional bits, so that
 * a value may differ by one.
 */
public final class BilinearResize {
  private BilinearResize() {}

  /** The image at another size, at least 1x1; the image itself if the size is its own. */
  public static Image resize(Image image, int width, int height) {
    PillowBicubic.requireSize(width, height);
    if (width == image.width() && height == image.height()) {
      return image;
    }
    double[] columns = positions(image.width(), width);
    double[] rows = positions(image.height(), height);
    byte[] out = new byte[height * width * 3];
    int at = 0;
    for (int y = 0; y < height; y++) {
      int top = (int) rows[y];
      int bottom = Math.min(top + 1, image.height() - 1);
      double down = rows[y] - top;
      for (int x = 0; x < width; x++) {
        int left = (int) columns[x];
        int right = Math.min(left + 1, image.width() - 1);
        double across = columns[x] - left;
        for (int c = 0; c < 3; c++) {
          double above = mix(image, top, left, right, c, across);
          double below = mix(image, bottom, left, right, c, across);
          out[at++] = (byte) (int) (above + (below - above) * down + 0.5);
        }
      }
    }
    return new Image(height, width, out);
  }

  private static double mix(Image image, int row, int left, int right, int c, double across) {
    int first = row * image.width();
    int a = image.rgb()[(first + left) * 3 + c] & 0xFF;
    int b = image.rgb()[(first + right) * 3 + c] & 0xFF;
    return a + (b - a) * across;
  }

  private static double[] positions(int in, int out) {
    double[] positions = new double[out];
    for (int i = 0; i < out; i++) {
      double position = (i + 0.5) * in / out - 0.5;
      positions[i] = Math.min(Math.max(position, 0), in - 1.0);
    }
    return positions;
  }
}
