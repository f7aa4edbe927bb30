package org.crossfade.core.metric;

/**
 * Counts of pixels by ground truth (rows) and prediction (columns), over any number of images.
 *
 * <p>Pixels whose label is the ignored one are left out. Not safe for use by several threads at
 * once: let each fill its own and {@link #add(ConfusionMatrix) add} them.
 */
public final class ConfusionMatrix {
  private final int classes;
  private final int ignoredLabel;
  private final long[] counts;

  /**
   * An empty matrix.
   *
   * @param classes K; labels and predictions are 0 to K − 1
   * @param ignoredLabel the label that is left out, mostly 255; outside of 0 to K − 1
   */
  public ConfusionMatrix(int classes, int ignoredLabel) {
    if (classes < 1) {
      throw new IllegalArgumentException("a confusion matrix of " + classes + " classes");
    }
    if (ignoredLabel >= 0 && ignoredLabel < classes) {
      throw new IllegalArgumentException(
          "the ignored label %d is one of the classes 0 to %d"
              .formatted(ignoredLabel, classes - 1));
    }
    this.classes = classes;
    this.ignoredLabel = ignoredLabel;
    this.counts = new long[Math.multiplyExact(classes, classes)];
  }

  /** The number of classes K. */
  public int classes() {
    return classes;
  }

  /**
   * Counts the pixels of one or several images.
   *
   * @param labels ground truth, one number a pixel
   * @param predictions as many classes; read only where the label is not ignored
   * @throws IllegalArgumentException if the sizes differ, or if a label or a prediction is no class
   */
  public void add(int[] labels, int[] predictions) {
    requireSameSize(labels.length, predictions.length);
    for (int i = 0; i < labels.length; i++) {
      count(i, labels[i], predictions[i]);
    }
  }

  /** The same for ids of unsigned bytes, as label maps have them. */
  public void add(byte[] labels, byte[] predictions) {
    requireSameSize(labels.length, predictions.length);
    for (int i = 0; i < labels.length; i++) {
      count(i, labels[i] & 0xFF, predictions[i] & 0xFF);
    }
  }

  /** Adds the counts of another matrix of as many classes. */
  public void add(ConfusionMatrix other) {
    if (other.classes != classes) {
      throw new IllegalArgumentException(
          "confusion matrices of %d and of %d classes".formatted(classes, other.classes));
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** Pixels labelled {@code label} and predicted as {@code prediction}. */
  public long count(int label, int prediction) {
    return counts[label * classes + prediction];
  }

  /** Pixels of a class that were predicted as it: TP. */
  public long correct(int label) {
    return count(label, label);
  }

  /** Pixels of a class in the ground truth: TP + FN. */
  public long labelled(int label) {
    long sum = 0;
    for (int prediction = 0; prediction < classes; prediction++) {
      sum += count(label, prediction);
    }
    return sum;
  }

  /** Pixels predicted as a class: TP + FP. */
  public long predicted(int prediction) {
    long sum = 0;
    for (int label = 0; label < classes; label++) {
      sum += count(label, prediction);
    }
    return sum;
  }

  /** Pixels of a class in the ground truth or in the predictions: TP + FP + FN. */
  public long union(int label) {
    return labelled(label) + predicted(label) - correct(label);
  }

  /** All pixels counted. */
  public long total() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /** Pixels predicted as what they are. */
  public long totalCorrect() {
    long sum = 0;
    for (int label = 0; label < classes; label++) {
      sum += correct(label);
    }
    return sum;
  }

  /** A copy of the counts, K·K, row by row. */
  public long[] toArray() {
    return counts.clone();
  }

  private void count(int pixel, int label, int prediction) {
    if (label == ignoredLabel) {
      return;
    }
    if (label < 0 || label >= classes || prediction < 0 || prediction >= classes) {
      throw new IllegalArgumentException(
          "pixel %d has label %d and prediction %d, expected classes 0 to %d (or the ignored label %d)"
              .formatted(pixel, label, prediction, classes - 1, ignoredLabel));
    }
    counts[label * classes + prediction]++;
  }

  private static void requireSameSize(int labels, int predictions) {
    if (labels != predictions) {
      throw new IllegalArgumentException(
          "%d labels, but %d predictions".formatted(labels, predictions));
    }
  }
}
