package org.crossfade.training.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * @param peakBytes the most memory that the process held, in bytes; empty where the system does not
 *     say
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
   * @param sessionSeconds of it, spent in {@code session.run}
   */
  public record Iteration(double seconds, double sessionSeconds) {
    /** Returns what the loop adds to the time in {@code session.run}, as a share of that, ≥ 0. */
    public double loopShare() {
      return (seconds - sessionSeconds) / sessionSeconds;
    }
  }

  /** Checks that something was measured. */
  public BenchmarkResult {
    if (iterations.isEmpty()) {
      throw new IllegalArgumentException("a benchmark needs at least one iteration");
    }
    iterations = List.copyOf(iterations);
  }

  /**
   * Returns the median of the iterations' seconds: the mean of the middle two of an even number.
   */
  public double median() {
    double[] sorted = sortedSeconds();
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  /** Returns the shortest iteration's seconds. */
  public double min() {
    return sortedSeconds()[0];
  }

  /** Returns the longest iteration's seconds. */
  public double max() {
    return sortedSeconds()[iterations.size() - 1];
  }

  /** Returns what the loop adds to the time in {@code session.run} over all iterations, a share. */
  public double loopShare() {
    double session = iterations.stream().mapToDouble(Iteration::sessionSeconds).sum();
    double all = iterations.stream().mapToDouble(Iteration::seconds).sum();
    return (all - session) / session;
  }

  /** Returns a table for people. */
  public String render() {
    var lines = new ArrayList<String>();
    lines.add(
        "%s, phase %s: %d images an iteration, %d to warm up"
            .formatted(method, phase, imagesPerIteration, warmUp));
    var losses = new StringBuilder("losses of the first iteration:");
    firstLosses.forEach(
        (name, value) -> losses.append(String.format(Locale.ROOT, " %s %.6g", name, value)));
    lines.add(losses.toString());
    lines.add("iteration  seconds  session.run  loop adds  images/s");
    for (int i = 0; i < iterations.size(); i++) {
      Iteration it = iterations.get(i);
      lines.add(
          String.format(
              Locale.ROOT,
              "%9d %8.4f %12.4f %8.2f %% %9.3f",
              i + 1,
              it.seconds(),
              it.sessionSeconds(),
              100 * it.loopShare(),
              imagesPerIteration / it.seconds()));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "median %.4f s, min %.4f s, max %.4f s; %.3f images/s; the loop adds %.2f %% to"
                + " session.run",
            median(),
            min(),
            max(),
            imagesPerIteration / median(),
            100 * loopShare()));
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
