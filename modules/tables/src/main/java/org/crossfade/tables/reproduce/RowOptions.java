package org.crossfade.tables.reproduce;

import java.util.List;
import java.util.Optional;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;

/**
 * The part {@code row} of an experiment's file: which row of a table it makes.
 *
 * @param order place in the table; rows run in this order, so that a row which others build on
 *     comes first
 * @param title as it is printed
 * @param method that is trained
 * @param published the paper's numbers, where it prints any
 * @param cost of one run at the published size
 * @param note what differs from the paper's row, where something does
 */
public record RowOptions(
    int order,
    String title,
    String method,
    Optional<Published> published,
    Cost cost,
    Optional<String> note) {

  /**
   * Where the paper's numbers are in {@code reference-results/PAPER/tableN.csv}.
   *
   * @param task as in the file
   * @param setting as in the file, may be empty
   * @param backbone as in the file, may be empty
   * @param method the row's label there
   * @param columns means that are compared: {@code mIoU}, {@code mIoU16}, {@code mIoU13}, {@code
   *     mIoU_tail}, {@code mIoU_well}, {@code mIoU_under}
   */
  public record Published(
      String task, String setting, String backbone, String method, List<String> columns) {
    /** Checks the columns. */
    public Published {
      columns = List.copyOf(columns);
      columns.forEach(ScoreColumn::named);
    }
  }

  /**
   * What one run takes at the published size.
   *
   * @param iterations of all training phases
   * @param images that they draw, if a stream is drawn once an iteration
   * @param gpuHours an estimate: {@value #SECONDS_PER_MEGAPIXEL} seconds a megapixel that is drawn
   */
  public record Cost(long iterations, long images, double gpuHours) {
    /**
     * A forward and backward pass of DeepLabV2 on ResNet-101 over a million pixels needs about 5.2
     * TFLOP; this is the time of a device that sustains 6.5 TFLOP/s. Other networks are counted
     * alike.
     */
    public static final double SECONDS_PER_MEGAPIXEL = 0.8;

    /** Returns the cost of phases. */
    public static Cost of(List<Phase> phases) {
      long iterations = 0;
      long images = 0;
      double megapixels = 0;
      for (Phase phase : phases) {
        if (phase instanceof TrainingPhase training) {
          iterations += training.iterations();
          for (StreamRequest stream : training.streams()) {
            long drawn = training.iterations() * stream.batch();
            images += drawn;
            megapixels += drawn * 1e-6 * stream.size().width() * stream.size().height();
          }
        }
      }
      double hours = megapixels * SECONDS_PER_MEGAPIXEL / 3600;
      return new Cost(iterations, images, Math.round(10 * hours) / 10.0);
    }
  }
}
