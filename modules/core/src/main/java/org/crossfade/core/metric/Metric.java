package org.crossfade.core.metric;

import java.util.List;
import org.crossfade.core.label.LabelSpace;

/**
 * A measure of a network on labelled samples beside the scores that every evaluation has. It is
 * found through {@link java.util.ServiceLoader}: one class with a public constructor without
 * parameters, and one line in {@code META-INF/services/org.crossfade.core.metric.Metric}. Its
 * values are then in {@code results.json} and {@code metrics.jsonl}, in the tables of a terminal
 * and of the report, and a table's row may name them as columns.
 */
public interface Metric {
  /**
   * A number that a metric answers.
   *
   * @param name of the number in files and as a column of a table, in kebab-case; no other metric
   *     has it
   * @param title as it is printed
   * @param fraction whether it lies in 0..1 and is printed in percent
   */
  record Value(String name, String title, boolean fraction) {}

  /** Returns what it answers, in the order of {@link Measurement#values}. */
  List<Value> values();

  /** Returns whether it looks at features, which costs a pass over the samples at a phase's end. */
  default boolean readsFeatures() {
    return false;
  }

  /** Begins one evaluation. */
  Measurement begin(LabelSpace space);

  /** One evaluation: it is shown all samples, then asked. Arrays are not its own to keep. */
  interface Measurement {
    /**
     * Takes the prediction of one image.
     *
     * @param labels ground truth, [height · width] row-major, train ids and 255 for «not labelled»
     * @param predicted train ids, as many
     * @param height of the image in pixels
     * @param width of the image in pixels
     */
    default void image(byte[] labels, byte[] predicted, int height, int width) {}

    /**
     * Takes the feature cells of one image; only where {@link Metric#readsFeatures}, at a phase's
     * end.
     *
     * @param features [cells, channels] row-major
     * @param labels [cells], train ids and 255
     */
    default void features(float[] features, int[] labels) {}

    /** Returns the numbers; NaN for one that is not defined, which is then left out. */
    double[] values();
  }
}
