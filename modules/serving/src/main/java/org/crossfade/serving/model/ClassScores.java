package org.crossfade.serving.model;

import java.util.stream.IntStream;
import org.crossfade.core.data.LabelMap;

/** A score of each class at each pixel, such as its probability. */
public final class ClassScores {
  private final int height;
  private final int width;
  private final int classes;
  private final float[] values;

  /**
   * Takes scores.
   *
   * @param height h
   * @param width w
   * @param classes K
   * @param values [h, w, K]; not copied
   */
  public ClassScores(int height, int width, int classes, float[] values) {
    if ((long) height * width * classes != values.length || values.length == 0) {
      throw new IllegalArgumentException(
          "%d values are no scores of %d classes at %dx%d pixels"
              .formatted(values.length, classes, width, height));
    }
    this.height = height;
    this.width = width;
    this.classes = classes;
    this.values = values;
  }

  /**
   * {@return the class of the highest score at every pixel of a picture of another size} Scores
   * between pixels are bilinear, where centres of pixels are at halves; a row at a time, so that a
   * large picture needs no score of every class at every pixel. The first of equal scores wins.
   *
   * @param pictureHeight in pixels, at least 1
   * @param pictureWidth in pixels, at least 1
   */
  public LabelMap labels(int pictureHeight, int pictureWidth) {
    byte[] ids = new byte[pictureHeight * pictureWidth];
    int[] left = new int[pictureWidth];
    float[] weight = new float[pictureWidth];
    for (int x = 0; x < pictureWidth; x++) {
      double at = place(x, pictureWidth, width);
      left[x] = (int) at;
      weight[x] = (float) (at - left[x]);
    }
    IntStream.range(0, pictureHeight)
        .parallel()
        .forEach(y -> row(y, pictureHeight, left, weight, ids));
    return new LabelMap(pictureHeight, pictureWidth, ids);
  }

  private void row(int y, int pictureHeight, int[] left, float[] weight, byte[] ids) {
    double at = place(y, pictureHeight, height);
    int above = (int) at;
    float below = (float) (at - above);
    float[] between = new float[width * classes];
    int upper = above * between.length;
    int lower = Math.min(above + 1, height - 1) * between.length;
    for (int i = 0; i < between.length; i++) {
      float score = values[upper + i];
      between[i] = score + below * (values[lower + i] - score);
    }
    int to = y * left.length;
    for (int x = 0; x < left.length; x++) {
      int one = left[x] * classes;
      int other = Math.min(left[x] + 1, width - 1) * classes;
      int best = 0;
      float highest = Float.NEGATIVE_INFINITY;
      for (int k = 0; k < classes; k++) {
        float score = between[one + k];
        score += weight[x] * (between[other + k] - score);
        if (score > highest) {
          highest = score;
          best = k;
        }
      }
      ids[to + x] = (byte) best;
    }
  }

  /** Where a pixel's centre lies among those of another number of pixels. */
  private static double place(int pixel, int pixels, int others) {
    return Math.min(Math.max((pixel + 0.5) * others / pixels - 0.5, 0), others - 1.0);
  }
}
