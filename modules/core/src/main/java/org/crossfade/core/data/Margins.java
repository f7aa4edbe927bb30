package org.crossfade.core.data;

/**
 * Borders of an image at its native size where pseudo labels are not trusted: a car's bonnet, the
 * distorted rim.
 *
 * @param top rows above, at least 0
 * @param bottom rows below, at least 0
 * @param left columns at the left, at least 0
 * @param right columns at the right, at least 0
 */
public record Margins(int top, int bottom, int left, int right) {
  /** Checks the ranges. */
  public Margins {
    if (top < 0 || bottom < 0 || left < 0 || right < 0) {
      throw new IllegalArgumentException(
          "margins must be at least 0, found "
              + top
              + ", "
              + bottom
              + ", "
              + left
              + " and "
              + right);
    }
  }

  /** Returns whether the pixel at row {@code y} and column {@code x} lies inside them. */
  public boolean contain(int y, int x, int height, int width) {
    return y >= top && y < height - bottom && x >= left && x < width - right;
  }
}
