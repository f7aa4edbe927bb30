package org.crossfade.core.metric;

import java.util.Arrays;

/**
 * The mean feature of each class, over any number of images: the first of two passes over the same
 * features, of which {@link ClassSpread} is the second. Memory is K·D numbers, whatever was added.
 */
public final class ClassCenters {
  private final int channels;
  private final int ignoredLabel;
  private final long[] counts;
  private final double[] sums;

  /**
   * @param classes K
   * @param channels D
   * @param ignoredLabel the label that is left out, mostly 255
   */
  public ClassCenters(int classes, int channels, int ignoredLabel) {
    this.channels = channels;
    this.ignoredLabel = ignoredLabel;
    this.counts = new long[classes];
    this.sums = new double[Math.multiplyExact(classes, channels)];
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
      if (labels[i] == ignoredLabel) {
        continue;
      }
      counts[labels[i]]++;
      int sum = labels[i] * channels;
      for (int d = 0; d < channels; d++) {
        sums[sum + d] += features[i * channels + d];
      }
    }
  }

  /** The number of classes K. */
  public int classes() {
    return counts.length;
  }

  /** The label that is left out. */
  public int ignoredLabel() {
    return ignoredLabel;
  }

  /** The mean features, [K, D] row-major; zeros for a class without any. */
  public double[] means() {
    double[] means = sums.clone();
    Arrays.setAll(means, i -> counts[i / channels] == 0 ? 0 : means[i] / counts[i / channels]);
    return means;
  }
}
