package org.crossfade.core.data;

import java.util.Arrays;

/**
 * An 8-bit colour image.
 *
 * <p>The array is not copied: whoever makes an image hands the array over and does not write to it
 * any more.
 */
public final class Image {
  private final int height;
  private final int width;
  private final byte[] rgb;

  /**
   * @param height H, at least 1
   * @param width W, at least 1
   * @param rgb [H, W, 3] unsigned bytes, red first
   */
  public Image(int height, int width, byte[] rgb) {
    if (height < 1 || width < 1 || (long) height * width * 3 != rgb.length) {
      throw new IllegalArgumentException(
          "an image of " + width + "x" + height + " pixels cannot have " + rgb.length + " bytes");
    }
    this.height = height;
    this.width = width;
    this.rgb = rgb;
  }

  /** H, in pixels. */
  public int height() {
    return height;
  }

  /** W, in pixels. */
  public int width() {
    return width;
  }

  /** [H, W, 3] unsigned bytes, red first; not a copy. */
  public byte[] rgb() {
    return rgb;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Image image
        && height == image.height
        && width == image.width
        && Arrays.equals(rgb, image.rgb);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * height + width) + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "image of " + width + "x" + height;
  }
}
