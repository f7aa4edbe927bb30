package org.crossfade.api;

/**
 * How probable a model holds each class at each pixel.
 *
 * @param height H in pixels
 * @param width W in pixels
 * @param classes K
 * @param values [H, W, K], 0 to 1; the K of a pixel sum to 1; not a copy
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClassProbabilities(int height, int width, int classes, float[] values) {
  /**
   * {@return the probability of a class at a pixel, 0 to 1}
   *
   * @param x column
   * @param y row
   * @param id of the class
   */
  public float at(int x, int y, int id) {
    return values[(y * width + x) * classes + id];
  }
}
