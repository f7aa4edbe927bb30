package org.crossfade.core.metric;

/**
 * How far features lie from the centres of their classes, over any number of images: sums of
 * distances and of squared distances. The second pass after {@link ClassCenters}, or the only one
 * if the centres are given. Memory is K·D numbers, whatever was added.
 */
public final class ClassSpread {
  private final int channels;
  private final int ignoredLabel;
  private final double[] centers;
  private final long[] counts;
  private final double[] distances;
  private final double[] squares;

  /** Around the features' own means; add the same features again. */
  public ClassSpread(ClassCenters centers) {
    this(centers.means(), centers.classes(), centers.ignoredLabel());
  }

  /**
   * Around given centres, such as prototypes.
   *
   * @param centers [K, D], row-major
   * @param classes K
   * @param ignoredLabel the label that is left out, mostly 255
   */
  public ClassSpread(double[] centers, int classes, int ignoredLabel) {
    if (classes < 1 || centers.length % classes != 0) {
      throw new IllegalArgumentException(
          "%d numbers are no centres of %d classes".formatted(centers.length, classes));
    }
    this.channels = centers.length / classes;
    this.ignoredLabel = ignoredLabel;
    this.centers = centers.clone();
    this.counts = new long[classes];
    this.distances = new double[classes];
    this.squares = new double[classes];
  }

  /**
   * Adds features.
   *
   * @param features [n, D], row-major
   * @param labels [n], at the features' resolution: 0 to K − 1 or the ignored one
   * @throws IllegalArgumentException if the sizes do not fit, or if a label is no class
   */
  public void add(float[] features, int[] labels) {
    FeatureLabels.require(features, labels, channels, counts.length, ignoredLabel);
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i];
      if (label == ignoredLabel) {
        continue;
      }
      double square = 0;
      for (int d = 0; d < channels; d++) {
        double difference = features[i * channels + d] - centers[label * channels + d];
        square += difference * difference;
      }
      counts[label]++;
      squares[label] += square;
      distances[label] += Math.sqrt(square);
    }
  }

  int classes() {
    return counts.length;
  }

  boolean isPresent(int label) {
    return counts[label] > 0;
  }

  int presentClasses() {
    int present = 0;
    for (long count : counts) {
      present += count > 0 ? 1 : 0;
    }
    return present;
  }

  long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }

  /** Σ‖x − μ_label‖² over the features of a class. */
  double sumOfSquares(int label) {
    return squares[label];
  }

  double meanSquare(int label) {
    return squares[label] / counts[label];
  }

  double meanDistance(int label) {
    return distances[label] / counts[label];
  }

  /** ‖μ_i − μ_j‖². */
  double squaredDistanceOfCenters(int i, int j) {
    double square = 0;
    for (int d = 0; d < channels; d++) {
      double difference = centers[i * channels + d] - centers[j * channels + d];
      square += difference * difference;
    }
    return square;
  }

  /** Σ n_c‖μ_c − μ‖², μ being the mean of the centres weighted by their counts. */
  double sumOfSquaresBetween() {
    double between = 0;
    for (int d = 0; d < channels; d++) {
      double mean = 0;
      for (int c = 0; c < counts.length; c++) {
        mean += counts[c] * centers[c * channels + d];
      }
      mean /= total();
      for (int c = 0; c < counts.length; c++) {
        double difference = centers[c * channels + d] - mean;
        between += counts[c] * difference * difference;
      }
    }
    return between;
  }
}
