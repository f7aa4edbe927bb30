package org.crossfade.training.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Reads the place of a line of metrics. */
final class MetricsLine {
  private static final ObjectMapper JSON = new ObjectMapper();

  private MetricsLine() {}

  /** Returns whether a line is of the evaluation of {@code phase} after so many iterations. */
  static boolean isEvaluation(String line, String phase, long iteration) {
    try {
      JsonNode node = JSON.readTree(line);
      return node.path("type").asText().equals("evaluation")
          && node.path("phase").asText().equals(phase)
          && node.path("iteration").asLong() == iteration;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns whether a line belongs to {@code phase} and to an iteration after {@code iteration}. A
   * line that was cut off while it was written counts as such.
   */
  static boolean after(String line, String phase, long iteration) {
    try {
      JsonNode node = JSON.readTree(line);
      return node.path("phase").asText().equals(phase)
          && node.path("iteration").asLong() > iteration;
    } catch (IOException e) {
      return true;
    }
  }
}
