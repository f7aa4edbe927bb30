package org.crossfade.methodtest;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.ToDoubleFunction;

/**
 * Two kinds of iteration timed in turn in one process, so that other programs matter little to
 * their ratio. Where they matter all the same, the time of the processor says more than the time
 * that passes; both are there.
 *
 * @param with costs of the first kind
 * @param without costs of the second kind
 */
public record PairedIterations(List<Cost> with, List<Cost> without) {
  /** Copies the lists. */
  public PairedIterations {
    with = List.copyOf(with);
    without = List.copyOf(without);
  }

  /**
   * Cost of one iteration.
   *
   * @param seconds that passed
   * @param processorSeconds of all threads of this process
   */
  public record Cost(double seconds, double processorSeconds) {
    private static Cost of(LongConsumer iteration, long number) {
      var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
      long started = System.nanoTime();
      long processor = system.getProcessCpuTime();
      iteration.accept(number);
      return new Cost(
          (System.nanoTime() - started) / 1e9, (system.getProcessCpuTime() - processor) / 1e9);
    }
  }

  /**
   * Runs each kind once to warm up, then {@code pairs} times, and prints the costs of every pair;
   * each kind is first in every other pair.
   *
   * @param pairs how many iterations of each kind count
   * @param with an iteration with the part in question, given its number
   * @param without an iteration without it
   */
  public static PairedIterations run(int pairs, LongConsumer with, LongConsumer without) {
    with.accept(0);
    without.accept(0);
    var costs = new ArrayList<Cost>();
    var plain = new ArrayList<Cost>();
    System.out.println("pair     with: s  processor s  without: s  processor s");
    for (int i = 1; i <= pairs; i++) {
      if (i % 2 == 0) {
        plain.add(Cost.of(without, i));
      }
      costs.add(Cost.of(with, i));
      if (i % 2 != 0) {
        plain.add(Cost.of(without, i));
      }
      Cost a = costs.get(i - 1);
      Cost b = plain.get(i - 1);
      System.out.printf(
          Locale.ROOT,
          "%4d  %10.3f  %11.3f  %10.3f  %11.3f%n",
          i,
          a.seconds(),
          a.processorSeconds(),
          b.seconds(),
          b.processorSeconds());
    }
    return new PairedIterations(costs, plain);
  }

  /** Returns what the part adds, by medians, as a sentence's end. */
  public String added() {
    return String.format(
        Locale.ROOT,
        "%.1f %% of the time that passes (median %.3f s with, %.3f s without), %.1f %% of the processor's",
        added(Cost::seconds),
        median(with, Cost::seconds),
        median(without, Cost::seconds),
        added(Cost::processorSeconds));
  }

  private double added(ToDoubleFunction<Cost> time) {
    return 100 * (median(with, time) / median(without, time) - 1);
  }

  private static double median(List<Cost> costs, ToDoubleFunction<Cost> time) {
    double[] sorted = costs.stream().mapToDouble(time).sorted().toArray();
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
