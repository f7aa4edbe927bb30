package org.crossfade.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.crossfade.benchmark.BenchmarkResult.Iteration;
import org.crossfade.training.run.PeakMemory;

/** Repeats a work that is no iteration of training, and measures it. */
final class Timed {
  /** What is repeated. */
  @FunctionalInterface
  interface Work {
    /** Does it once, and returns what shows that it was done rightly, by name. */
    Map<String, Float> run() throws IOException;
  }

  private Timed() {}

  /**
   * Measures.
   *
   * @param method its name
   * @param name of the work
   * @param images how many the work takes
   * @param warmUp how often it is done before, and not counted
   * @param iterations how often it is done and counted, at least 1
   */
  static BenchmarkResult measure(
      String method, String name, int images, int warmUp, int iterations, Work work)
      throws IOException {
    var first = new LinkedHashMap<String, Float>();
    var measured = new ArrayList<Iteration>();
    PeakMemory.forget();
    for (int i = 0; i < warmUp + iterations; i++) {
      long started = System.nanoTime();
      Map<String, Float> shown = work.run();
      double seconds = (System.nanoTime() - started) / 1e9;
      if (i == 0) {
        first.putAll(shown);
      }
      if (i >= warmUp) {
        measured.add(new Iteration(seconds, OptionalDouble.empty()));
      }
    }
    return new BenchmarkResult(method, name, images, warmUp, first, measured, PeakMemory.bytes());
  }
}
