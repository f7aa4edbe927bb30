package org.crossfade.datasets.streets;

/** From light to picture: lens blur, colour grading, vignette, sensor noise, 8 bits. */
final class Exposure {
  private final StyleParameters style;
  private final Rgb gain;
  private final long noiseSeed;

  /**
   * @param style the constants
   * @param gain factor on each channel: colour cast and daylight
   * @param noiseSeed where the sensor noise starts
   */
  Exposure(StyleParameters style, Rgb gain, long noiseSeed) {
    this.style = style;
    this.gain = gain;
    this.noiseSeed = noiseSeed;
  }

  /** Returns interleaved RGB bytes, {@code 3 * width * height} of them; the planes are used up. */
  byte[] develop(float[][] planes, int width, int height) {
    double sigma = style.blur() * height / 256;
    for (float[] plane : planes) {
      blur(plane, width, height, sigma);
    }
    byte[] rgb = new byte[3 * width * height];
    double sd = style.noise() * 255;
    for (int row = 0, i = 0; row < height; row++) {
      double dy = 2 * (row + 0.5) / height - 1;
      for (int column = 0; column < width; column++, i++) {
        double dx = 2 * (column + 0.5) / width - 1;
        double corner = 1 - style.vignette() * 0.5 * (dx * dx + dy * dy) * (dx * dx + dy * dy) / 2;
        double r = planes[0][i];
        double g = planes[1][i];
        double b = planes[2][i];
        double grey = 0.30 * r + 0.59 * g + 0.11 * b;
        long noise = Draw.mix(noiseSeed + i * 0x9E3779B97F4A7C15L);
        rgb[3 * i] = quantise(grade(r, grey, gain.r() * corner), sd * triangle(noise));
        rgb[3 * i + 1] = quantise(grade(g, grey, gain.g() * corner), sd * triangle(noise >>> 20));
        rgb[3 * i + 2] = quantise(grade(b, grey, gain.b() * corner), sd * triangle(noise >>> 40));
      }
    }
    return rgb;
  }

  private double grade(double value, double grey, double factor) {
    double saturated = grey + (value - grey) * style.saturation();
    return 0.5 + (saturated * factor - 0.5) * style.contrast();
  }

  /** Returns a triangular random number of unit variance from the 20 lowest bits. */
  private static double triangle(long bits) {
    int sum = (int) (bits & 1023) - (int) (bits >>> 10 & 1023);
    return sum * (2.449489742783178 / 1024);
  }

  private static byte quantise(double value, double noise) {
    double scaled = value * 255 + noise + 0.5;
    return (byte) (scaled <= 0 ? 0 : scaled >= 255 ? 255 : (int) scaled);
  }

  /** Blurs a plane in place with a five-tap Gaussian; the rim is repeated. */
  private static void blur(float[] plane, int width, int height, double sigma) {
    if (sigma < 0.05) {
      return;
    }
    double one = StrictMath.exp(-0.5 / (sigma * sigma));
    double two = StrictMath.exp(-2 / (sigma * sigma));
    double sum = 1 + 2 * one + 2 * two;
    float w0 = (float) (1 / sum);
    float w1 = (float) (one / sum);
    float w2 = (float) (two / sum);
    float[] copy = plane.clone();
    for (int row = 0; row < height; row++) {
      int start = row * width;
      for (int x = 0; x < width; x++) {
        copy[start + x] =
            w0 * plane[start + x]
                + w1
                    * (plane[start + Math.max(0, x - 1)]
                        + plane[start + Math.min(width - 1, x + 1)])
                + w2
                    * (plane[start + Math.max(0, x - 2)]
                        + plane[start + Math.min(width - 1, x + 2)]);
      }
    }
    for (int row = 0; row < height; row++) {
      int here = row * width;
      int up = Math.max(0, row - 1) * width;
      int up2 = Math.max(0, row - 2) * width;
      int down = Math.min(height - 1, row + 1) * width;
      int down2 = Math.min(height - 1, row + 2) * width;
      for (int x = 0; x < width; x++) {
        plane[here + x] =
            w0 * copy[here + x]
                + w1 * (copy[up + x] + copy[down + x])
                + w2 * (copy[up2 + x] + copy[down2 + x]);
      }
    }
  }
}
