package org.crossfade.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
   * @param rates learning rates by update and group
   * @param imagesPerSecond since the line before
   * @param seconds spent in the phase by its process
   */
  public record Progress(
      String phase,
      long iteration,
      Map<String, Double> losses,
      Map<String, Double> rates,
      double imagesPerSecond,
      double seconds) {}

  /**
   * A line on an evaluation.
   *
   * @param phase its name
   * @param iteration of the phase
   * @param miou fraction
   * @param iou of each class, by name
   * @param groups mIoU of groups of classes, by title
   * @param pixelAccuracy fraction
   * @param metrics further numbers, by name
   */
  public record Evaluation(
      String phase,
      long iteration,
      double miou,
      Map<String, Double> iou,
      Map<String, Double> groups,
      double pixelAccuracy,
      Map<String, Double> metrics) {}

  /**
   * Copies the lists.
   *
   * @param progress losses and speed, every few iterations
   * @param evaluations on the validation samples
   */
  public MetricsHistory {
    progress = List.copyOf(progress);
    evaluations = List.copyOf(evaluations);
  }

  /**
   * {@return what a file of metrics holds; lines of other types are passed over}
   *
   * @param file of JSON lines; one that is missing holds nothing
   * @throws IOException if it cannot be read
   */
  public static MetricsHistory read(Path file) throws IOException {
    return Files.exists(file)
        ? of(file, MetricsLog.lines(file))
        : new MetricsHistory(List.of(), List.of());
  }

  /** Returns what a file of metrics holds that is being written: its last line may be half. */
  static MetricsHistory readGrowing(Path file) throws IOException {
    if (!Files.exists(file)) {
      return new MetricsHistory(List.of(), List.of());
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    return of(file, text.substring(0, text.lastIndexOf('\n') + 1).lines().toList());
  }

  private static MetricsHistory of(Path file, List<String> lines) throws IOException {
    var progress = new ArrayList<Progress>();
    var evaluations = new ArrayList<Evaluation>();
    int number = 0;
    for (String line : lines) {
      JsonNode node = Json.readLine(file, ++number, line);
      String phase = node.path("phase").asText();
      long iteration = node.path("iteration").asLong();
      if (node.path("type").asText().equals("progress")) {
        progress.add(
            new Progress(
                phase,
                iteration,
                numbers(node.path("losses")),
                numbers(node.path("rates")),
                node.path("imagesPerSecond").asDouble(),
                node.path("seconds").asDouble()));
      } else if (node.path("type").asText().equals("evaluation")) {
        evaluations.add(
            new Evaluation(
                phase,
                iteration,
                node.path("miou").asDouble(),
                numbers(node.path("iou")),
                numbers(node.path("groups")),
                node.path("pixelAccuracy").asDouble(),
                numbers(node.path("metrics"))));
      }
    }
    return new MetricsHistory(progress, evaluations);
  }

  private static Map<String, Double> numbers(JsonNode node) {
    var numbers = new LinkedHashMap<String, Double>();
    node.forEachEntry((name, value) -> numbers.put(name, value.asDouble()));
    return numbers;
  }

  /** {@return the phases that logged anything, in order} */
  public List<String> phases() {
    var phases = new LinkedHashSet<String>();
    progress.forEach(line -> phases.add(line.phase()));
    evaluations.forEach(line -> phases.add(line.phase()));
    return List.copyOf(phases);
  }

  /**
   * {@return the lines on losses of one phase}
   *
   * @param phase its name
   */
  public List<Progress> progressOf(String phase) {
    return progress.stream().filter(p -> p.phase().equals(phase)).toList();
  }

  /**
   * {@return the evaluations of one phase}
   *
   * @param phase its name
   */
  public List<Evaluation> evaluationsOf(String phase) {
    return evaluations.stream().filter(e -> e.phase().equals(phase)).toList();
  }

  /**
   * {@return the speed over a whole phase: images by time, not the mean of the lines' speeds}
   *
   * @param phase its name
   */
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
