package org.crossfade.serving.predict;

/**
 * What one server takes.
 *
 * @param maxPixels of an image, and of a batch
 * @param maxBytes of a body
 * @param queue how many images may wait
 * @param timeoutSeconds that a request may take, from its head to its answer
 * @param batch how many images the network sees at a time, where so many wait
 */
public record PredictLimits(
    long maxPixels, long maxBytes, int queue, double timeoutSeconds, int batch) {
  /**
   * Checks the ranges.
   *
   * @param maxPixels of an image, and of a batch
   * @param maxBytes of a body
   * @param queue how many images may wait
   * @param timeoutSeconds that a request may take, from its head to its answer
   * @param batch how many images the network sees at a time, where so many wait
   */
  public PredictLimits {
    require("max-pixels", maxPixels >= 1, maxPixels);
    require("max-bytes", maxBytes >= 1 && maxBytes <= Integer.MAX_VALUE / 8, maxBytes);
    require("queue", queue >= 1, queue);
    require("timeout", timeoutSeconds > 0 && timeoutSeconds <= 86_400, timeoutSeconds);
    require("batch", batch >= 1 && batch <= 1024, batch);
  }

  private static void require(String name, boolean fits, Number found) {
    if (!fits) {
      throw new IllegalArgumentException("--" + name + " " + found + " is out of range");
    }
  }
}
