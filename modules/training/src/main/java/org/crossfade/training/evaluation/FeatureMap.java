package org.crossfade.training.evaluation;

import de.javagl.tsne.Tsne;
import java.util.Arrays;
import java.util.Optional;
import org.crossfade.core.data.Image;
import org.crossfade.core.label.LabelSpace;

/**
 * Features in two dimensions by t-SNE, as a picture: one dot a cell, in the colour of its class.
 *
 * <p>Barnes-Hut t-SNE (van der Maaten, JMLR 15, 2014) with θ = 0.5, on the first 55 principal
 * components where features have more. The same cells give the same picture.
 */
final class FeatureMap {
  /** Width and height of the picture in pixels. */
  static final int SIZE = 480;

  private static final int FEWEST_CELLS = 16;
  private static final double PERPLEXITY = 30;
  private static final int ITERATIONS = 500;
  private static final int RADIUS = 2;
  private static final int MARGIN = 8;
  // Some classes are nearly black.
  private static final byte WHITE = (byte) 0xFF;

  private FeatureMap() {}

  /** Returns the picture; nothing if the sample has fewer than 16 cells. */
  static Optional<Image> of(FeatureSample sample, LabelSpace space) {
    double[][] features = sample.features();
    if (features.length < FEWEST_CELLS) {
      return Optional.empty();
    }
    return Optional.of(draw(positions(features), sample.labels(), space));
  }

  /** Returns a place in the plane for each row: [n][2]. */
  static double[][] positions(double[][] features) {
    var tsne = new Tsne();
    // Otherwise it writes to the console.
    tsne.setMessageConsumer(null);
    tsne.setMaxIterations(ITERATIONS);
    // Every cell needs three times as many neighbours.
    tsne.setPerplexity(Math.min(PERPLEXITY, (features.length - 2) / 3.0));
    tsne.setRandomSeed(0);
    return tsne.run(features);
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
