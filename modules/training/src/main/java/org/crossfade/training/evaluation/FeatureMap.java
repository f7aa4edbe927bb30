package org.crossfade.training.evaluation;

import java.util.Arrays;
import java.util.Optional;
import org.crossfade.core.data.Image;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.metric.PlaneEmbedding;

/**
 * Features in two dimensions by t-SNE, as a picture: one dot a cell, in the colour of its class.
 * The same cells give the same picture.
 */
final class FeatureMap {
  /** Width and height of the picture in pixels. */
  static final int SIZE = 480;

  private static final int FEWEST_CELLS = 16;
  private static final int SEED = 0;
  private static final int RADIUS = 2;
  private static final int MARGIN = 8;
  // Some classes are nearly black.
  private static final byte WHITE = (byte) 0xFF;

  private FeatureMap() {}

  /** Returns the picture; nothing if the sample has fewer than 16 cells. */
  static Optional<Image> of(FeatureSample sample, LabelSpace space, PlaneEmbedding embedding) {
    double[][] features = sample.features();
    if (features.length < FEWEST_CELLS) {
      return Optional.empty();
    }
    return Optional.of(draw(embedding.places(features, SEED), sample.labels(), space));
  }

  private static Image draw(double[][] positions, int[] labels, LabelSpace space) {
    byte[] rgb = new byte[SIZE * SIZE * 3];
    Arrays.fill(rgb, WHITE);
    double[] low = {Double.MAX_VALUE, Double.MAX_VALUE};
    double[] high = {-Double.MAX_VALUE, -Double.MAX_VALUE};
    for (double[] position : positions) {
      for (int axis = 0; axis < 2; axis++) {
        low[axis] = Math.min(low[axis], position[axis]);
        high[axis] = Math.max(high[axis], position[axis]);
      }
    }
    double extent = Math.max(high[0] - low[0], high[1] - low[1]);
    // One scale for both axes; the shorter one lies in the middle.
    double scale = extent == 0 ? 0 : (SIZE - 1 - 2 * MARGIN) / extent;
    for (int i = 0; i < labels.length; i++) {
      int[] at = new int[2];
      for (int axis = 0; axis < 2; axis++) {
        double centre = (low[axis] + high[axis]) / 2;
        at[axis] = (int) Math.round((SIZE - 1) / 2.0 + (positions[i][axis] - centre) * scale);
      }
      dot(rgb, at[0], at[1], space.rgb(labels[i]));
    }
    return new Image(SIZE, SIZE, rgb);
  }

  private static void dot(byte[] rgb, int x, int y, int colour) {
    for (int dy = -RADIUS; dy <= RADIUS; dy++) {
      for (int dx = -RADIUS; dx <= RADIUS; dx++) {
        if (dx * dx + dy * dy <= RADIUS * RADIUS + 1) {
          int pixel = 3 * ((y + dy) * SIZE + x + dx);
          rgb[pixel] = (byte) (colour >> 16);
          rgb[pixel + 1] = (byte) (colour >> 8);
          rgb[pixel + 2] = (byte) colour;
        }
      }
    }
  }
}
