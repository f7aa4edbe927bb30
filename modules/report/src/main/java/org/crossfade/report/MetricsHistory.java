package org.crossfade.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.MetricsLog;

/**
 * What a run logged, in the order of its lines.
 *
 * @param progress losses and speed, every few iterations
 * @param evaluations on the validation samples
 */
public record MetricsHistory(List<Progress> progress, List<Evaluation> evaluations) {
  /**
   * A line on losses.
   *
   * @param phase its name
   * @param iteration of the phase, from 1
   * @param losses by term, averaged since the line before
   * @param imagesPerSecond since the line before
   */
  public record Progress(
      String phase, long iteration, Map<String, Double> losses, double imagesPerSecond) {}

  /**
   * A line on an evaluation.
   *
   * @param phase its name
   * @param iteration of the phase
   * @param miou fraction
   */
  public record Evaluation(String phase, long iteration, double miou) {}

  /** Copies the lists. */
  public MetricsHistory {
    progress = List.copyOf(progress);
    evaluations = List.copyOf(evaluations);
  }

  /** Returns what a file of metrics holds; lines of other types are passed over. */
  public static MetricsHistory read(Path file) throws IOException {
    var progress = new ArrayList<Progress>();
    var evaluations = new ArrayList<Evaluation>();
    if (!Files.exists(file)) {
      return new MetricsHistory(progress, evaluations);
    }
    int number = 0;
    for (String line : MetricsLog.lines(file)) {
      JsonNode node = Json.readLine(file, ++number, line);
      String phase = node.path("phase").asText();
      long iteration = node.path("iteration").asLong();
      if (node.path("type").asText().equals("progress")) {
        var losses = new LinkedHashMap<String, Double>();
        node.path("losses").forEachEntry((term, value) -> losses.put(term, value.asDouble()));
        progress.add(
            new Progress(phase, iteration, losses, node.path("imagesPerSecond").asDouble()));
      } else if (node.path("type").asText().equals("evaluation")) {
        evaluations.add(new Evaluation(phase, iteration, node.path("miou").asDouble()));
      }
    }
    return new MetricsHistory(progress, evaluations);
  }

  /** Returns the lines on losses of one phase. */
  public List<Progress> progressOf(String phase) {
    return progress.stream().filter(p -> p.phase().equals(phase)).toList();
  }

  /** Returns the evaluations of one phase. */
  public List<Evaluation> evaluationsOf(String phase) {
    return evaluations.stream().filter(e -> e.phase().equals(phase)).toList();
  }

  /** Returns the speed over a whole phase: images by time, not the mean of the lines' speeds. */
  public OptionalDouble imagesPerSecond(String phase) {
    double iterations = 0;
    double time = 0;
    long before = 0;
    for (Progress line : progressOf(phase)) {
      long span = line.iteration() - before;
      before = line.iteration();
      if (line.imagesPerSecond() > 0) {
        iterations += span;
        time += span / line.imagesPerSecond();
      }
    }
    return time > 0 ? OptionalDouble.of(iterations / time) : OptionalDouble.empty();
  }
}
