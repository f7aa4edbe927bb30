package org.crossfade.tables.reproduce;

import java.util.List;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;

/**
 * What one run of a row takes, by its phases. Passes and evaluations are not counted.
 *
 * @param iterations of all training phases
 * @param images that they draw, if a stream is drawn once an iteration
 * @param gpuHours an estimate, rounded to tenths: {@value #SECONDS_PER_MEGAPIXEL} seconds a
 *     megapixel that is drawn
 */
public record RowCost(long iterations, long images, double gpuHours) {
  /**
   * A forward and backward pass of DeepLabV2 on ResNet-101 over a million pixels needs about 5.2
   * TFLOP; this is the time of a device that sustains 6.5 TFLOP/s. Other networks are counted
   * alike.
   */
  public static final double SECONDS_PER_MEGAPIXEL = 0.8;

  /**
   * {@return the cost of phases}
   *
   * @param phases of one run
   */
  public static RowCost of(List<Phase> phases) {
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
    return new RowCost(iterations, images, Math.round(10 * hours) / 10.0);
  }
}
