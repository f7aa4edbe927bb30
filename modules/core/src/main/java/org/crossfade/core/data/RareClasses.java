package org.crossfade.core.data;

/**
 * DAFormer's rare class sampling: first a class is drawn with probability softmax((1 − f_c)/T), f_c
 * its share of all labelled pixels; then an image, uniformly among those with more than {@code
 * minPixels} pixels of it at native size. Source: {@code uda_dataset.py}.
 *
 * <p>The transformed sample is accepted with more than {@code minPixels}·{@code cropFactor} pixels
 * of the class; up to {@code attempts} times the same image is transformed anew until it is, and
 * once more unconditionally.
 *
 * @param temperature T, above 0; 0.01: a share that differs by 0.01 is a factor of e
 * @param minPixels at native size, at least 0
 * @param cropFactor of {@code minPixels} in the sample, at least 0: 2 at HRDA's size, 0.5 at
 *     DAFormer's
 * @param attempts that are checked, at least 1
 */
public record RareClasses(double temperature, long minPixels, double cropFactor, int attempts) {
  /** Checks the ranges. */
  public RareClasses {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("temperature must be positive, found " + temperature);
    }
    if (minPixels < 0 || !(cropFactor >= 0)) {
      throw new IllegalArgumentException(
          "min-pixels and crop-factor must be at least 0, found "
              + minPixels
              + " and "
              + cropFactor);
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be at least 1, found " + attempts);
    }
  }
}
