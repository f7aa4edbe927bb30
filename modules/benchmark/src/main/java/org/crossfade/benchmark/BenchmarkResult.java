package org.crossfade.benchmark;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What was measured.
 *
 * @param method its name
 * @param phase its name
 * @param imagesPerIteration of all streams and steps
 * @param warmUp iterations that were run before and are not counted
 * @param firstLosses unweighted loss terms and metrics of the very first iteration, by name
 * @param iterations in order
 * @param peakBytes the most memory that the process held from the first iteration on, in bytes;
 *     empty where the system does not say
 */
public record BenchmarkResult(
    String method,
    String phase,
    int imagesPerIteration,
    int warmUp,
    Map<String, Float> firstLosses,
    List<Iteration> iterations,
    OptionalLong peakBytes) {
  private static final double MEGABYTE = 1e6;

  /**
   * One iteration.
   *
   * @param seconds from drawing its batches to having its losses
   * @param sessionSeconds of it, spent in {@code session.run}; empty where the loop is no part of
   *     what is measured
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Iteration(double seconds, OptionalDouble sessionSeconds) {}

  /**
   * Checks that something was measured.
   *
   * @param method its name
   * @param phase its name
   * @param imagesPerIteration of all streams and steps
   * @param warmUp iterations that were run before and are not counted
   * @param firstLosses unweighted loss terms and metrics of the very first iteration, by name
   * @param iterations in order
   * @param peakBytes the most memory that the process held from the first iteration on, in bytes;
   *     empty where the system does not say
   */
  public BenchmarkResult {
    if (iterations.isEmpty()) {
      throw new IllegalArgumentException("a benchmark needs at least one iteration");
    }
    iterations = List.copyOf(iterations);
  }

  /**
   * {@return the median of the iterations' seconds: the mean of the middle two of an even number}
   */
  public double median() {
    double[] sorted = sortedSeconds();
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  /** {@return the shortest iteration's seconds} */
  public double min() {
    return sortedSeconds()[0];
  }

  /** {@return the longest iteration's seconds} */
  public double max() {
    return sortedSeconds()[iterations.size() - 1];
  }

  /**
   * {@return what the loop adds to the time in {@code session.run} over all iterations, a share;
   * empty where that was not measured}
   */
  public OptionalDouble loopShare() {
    if (iterations.stream().anyMatch(i -> i.sessionSeconds().isEmpty())) {
      return OptionalDouble.empty();
    }
    double session = iterations.stream().mapToDouble(i -> i.sessionSeconds().orElseThrow()).sum();
    double all = iterations.stream().mapToDouble(Iteration::seconds).sum();
    return OptionalDouble.of((all - session) / session);
  }

  /** Returns the same figures with other values in place of the first losses. */
  BenchmarkResult showing(Map<String, Float> values) {
    return new BenchmarkResult(
        method, phase, imagesPerIteration, warmUp, values, iterations, peakBytes);
  }

  /** {@return a table for people} */
  public String render() {
    var lines = new ArrayList<String>();
    lines.add(
        "%s, phase %s: %d images an iteration, %d to warm up"
            .formatted(method, phase, imagesPerIteration, warmUp));
    var losses = new StringBuilder("losses of the first iteration:");
    firstLosses.forEach(
        (name, value) -> losses.append(String.format(Locale.ROOT, " %s %.6g", name, value)));
    lines.add(losses.toString());
    lines.add("iteration  seconds  session.run  images/s");
    for (int i = 0; i < iterations.size(); i++) {
      Iteration it = iterations.get(i);
      lines.add(
          String.format(
              Locale.ROOT,
              "%9d %8.4f %12s %9.3f",
              i + 1,
              it.seconds(),
              it.sessionSeconds().isPresent()
                  ? String.format(Locale.ROOT, "%.4f", it.sessionSeconds().getAsDouble())
                  : "-",
              imagesPerIteration / it.seconds()));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "median %.4f s, min %.4f s, max %.4f s; %.3f images/s",
            median(),
            min(),
            max(),
            imagesPerIteration / median()));
    loopShare()
        .ifPresent(
            share ->
                lines.add(
                    String.format(
                        Locale.ROOT, "the loop adds %.2f %% to session.run", 100 * share)));
    lines.add(
        peakBytes.isPresent()
            ? String.format(
                Locale.ROOT, "peak resident memory %.0f MB", peakBytes.getAsLong() / MEGABYTE)
            : "peak resident memory: not available on this system");
    return String.join("\n", lines);
  }

  private double[] sortedSeconds() {
    return iterations.stream().mapToDouble(Iteration::seconds).sorted().toArray();
  }
}
