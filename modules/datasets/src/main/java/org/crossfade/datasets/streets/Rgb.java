package org.crossfade.datasets.streets;

/**
 * A colour; each channel nominally in [0, 1], in the encoding of the picture (not linear light).
 */
record Rgb(double r, double g, double b) {

  static Rgb grey(double value) {
    return new Rgb(value, value, value);
  }

  Rgb times(double factor) {
    return new Rgb(r * factor, g * factor, b * factor);
  }

  /** Returns the colour {@code share} of the way from this one to {@code other}. */
  Rgb mix(Rgb other, double share) {
    return new Rgb(r + (other.r - r) * share, g + (other.g - g) * share, b + (other.b - b) * share);
  }

  /** Returns the colour with each channel moved by at most {@code spread}, all alike by half. */
  Rgb vary(Draw draw, double spread) {
    double all = draw.between(-spread, spread);
    double half = spread / 2;
    return new Rgb(
        r + all + draw.between(-half, half),
        g + all + draw.between(-half, half),
        b + all + draw.between(-half, half));
  }
}
