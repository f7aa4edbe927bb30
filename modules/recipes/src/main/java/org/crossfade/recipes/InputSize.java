package org.crossfade.recipes;

import java.util.List;
import org.crossfade.core.data.SampleTransform;

/**
 * Size of the image that a network sees.
 *
 * @param width in pixels
 * @param height in pixels
 */
public record InputSize(int width, int height) {
  /** Checks the size. */
  public InputSize {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "an input must be at least 1x1, found " + width + "x" + height);
    }
  }

  /** Returns the transforms that give a sample this size and nothing else. */
  public List<SampleTransform> transforms() {
    return List.of(new SampleTransform.Resize(width, height));
  }
}
