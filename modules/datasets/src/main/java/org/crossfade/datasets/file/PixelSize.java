package org.crossfade.datasets.file;

/**
 * The size of a picture.
 *
 * @param width W, in pixels
 * @param height H, in pixels
 */
public record PixelSize(int width, int height) {
  @Override
  public String toString() {
    return width + "x" + height;
  }
}
