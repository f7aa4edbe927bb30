package org.crossfade.core.metric;

/** Checks that features and labels belong together. */
final class FeatureLabels {
  private FeatureLabels() {}

  static void require(float[] features, int[] labels, int channels, int classes, int ignoredLabel) {
    if (features.length != (long) labels.length * channels) {
      throw new IllegalArgumentException(
          "%d labels with %d feature numbers, expected %d channels each"
              .formatted(labels.length, features.length, channels));
    }
    for (int label : labels) {
      if (label != ignoredLabel && (label < 0 || label >= classes)) {
        throw new IllegalArgumentException(
            "label %d, expected a class 0 to %d or the ignored label %d"
                .formatted(label, classes - 1, ignoredLabel));
      }
    }
  }
}
