package org.crossfade.training.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A random sample of feature cells, as many of each class as there are up to a bound, so that rare
 * classes are in it. Memory is bounded, whatever was added; the same seed chooses the same cells.
 */
final class FeatureSample {
  private final int channels;
  private final int bound;
  private final SplittableRandom random;
  private final long[] seen;
  private final List<List<float[]>> kept = new ArrayList<>();

  /**
   * Creates an empty sample.
   *
   * @param classes K
   * @param channels C
   * @param cells how many at most, of all classes together
   */
  FeatureSample(int classes, int channels, int cells, long seed) {
    this.channels = channels;
    this.bound = Math.max(1, cells / classes);
    this.random = new SplittableRandom(seed);
    this.seen = new long[classes];
    for (int k = 0; k < classes; k++) {
      kept.add(new ArrayList<>());
    }
  }

  /**
   * Adds cells.
   *
   * @param features [n, C], row-major
   * @param labels [n]; ids outside 0..K−1 are left out
   */
  void add(float[] features, int[] labels) {
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i];
      if (label >= seen.length) {
        continue;
      }
      List<float[]> cells = kept.get(label);
      seen[label]++;
      if (cells.size() < bound) {
        cells.add(Arrays.copyOfRange(features, i * channels, (i + 1) * channels));
      } else {
        long place = random.nextLong(seen[label]);
        if (place < bound) {
          System.arraycopy(features, i * channels, cells.get((int) place), 0, channels);
        }
      }
    }
  }

  /** Returns the class of each cell of {@link #features}. */
  int[] labels() {
    var labels = new ArrayList<Integer>();
    for (int k = 0; k < kept.size(); k++) {
      for (int i = 0; i < kept.get(k).size(); i++) {
        labels.add(k);
      }
    }
    return labels.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns the cells, class by class: [n][C]. */
  double[][] features() {
    var rows = new ArrayList<double[]>();
    for (List<float[]> cells : kept) {
      for (float[] cell : cells) {
        double[] row = new double[channels];
        Arrays.setAll(row, c -> cell[c]);
        rows.add(row);
      }
    }
    return rows.toArray(new double[0][]);
  }
}
