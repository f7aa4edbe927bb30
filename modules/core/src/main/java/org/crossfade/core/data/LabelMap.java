package org.crossfade.core.data;

import java.util.Arrays;

/**
 * The class of every pixel as a train id of some label space; 255 where the pixel is ignored.
 *
 * <p>The array is not copied: whoever makes a label map hands the array over and does not write to
 * it any more.
 */
public final class LabelMap {
  private final int height;
  private final int width;
  private final byte[] trainIds;

  /**
   * @param height H, at least 1
   * @param width W, at least 1
   * @param trainIds [H, W] unsigned bytes
   */
  public LabelMap(int height, int width, byte[] trainIds) {
    if (height < 1 || width < 1 || (long) height * width != trainIds.length) {
      throw new IllegalArgumentException(
          "a label map of "
              + width
              + "x"
              + height
              + " pixels cannot have "
              + trainIds.length
              + " bytes");
    }
    this.height = height;
    this.width = width;
    this.trainIds = trainIds;
  }

  /** H, in pixels. */
  public int height() {
    return height;
  }

  /** W, in pixels. */
  public int width() {
    return width;
  }

  /** [H, W] unsigned bytes, 0..K-1 or 255; not a copy. */
  public byte[] trainIds() {
    return trainIds;
  }

  /** The train id at row {@code y} and column {@code x}, 0..255. */
  public int at(int y, int x) {
    return trainIds[y * width + x] & 0xFF;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelMap map
        && height == map.height
        && width == map.width
        && Arrays.equals(trainIds, map.trainIds);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * height + width) + Arrays.hashCode(trainIds);
  }

  @Override
  public String toString() {
    return "label map of " + width + "x" + height;
  }
}
