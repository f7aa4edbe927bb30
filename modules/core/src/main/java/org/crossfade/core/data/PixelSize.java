package org.crossfade.core.data;

/**
 * The size of an image or a label map.
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
