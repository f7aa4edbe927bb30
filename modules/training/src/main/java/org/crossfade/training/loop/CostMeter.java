package org.crossfade.training.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.crossfade.training.run.PeakMemory;
import org.crossfade.training.run.RunCost;

/** Measures time and memory of a run's phases. */
final class CostMeter implements TrainingListener {
  private final Path folder;
  private final boolean peakIsOwn;
  private RunCost cost;
  private long started = -1;

  private CostMeter(Path folder, RunCost cost, boolean peakIsOwn) {
    this.folder = folder;
    this.cost = cost;
    this.peakIsOwn = peakIsOwn;
  }

  /** Starts to measure a run that begins or goes on in {@code folder}. */
  static CostMeter of(Path folder) throws IOException {
    return new CostMeter(folder, RunCost.read(folder), PeakMemory.forget());
  }

  @Override
  public void phaseStarted(String phase, long iteration, long iterations, String summary) {
    started = System.nanoTime();
  }

  @Override
  public void phaseFinished(String phase, boolean resumed) {
    if (started < 0) {
      return;
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    started = -1;
    cost = cost.with(phase, seconds, peakIsOwn ? peak() : Optional.empty());
    try {
      cost.write(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("the cost of the run " + folder, e);
    }
  }

  private static Optional<Long> peak() {
    return PeakMemory.bytes().stream().boxed().findFirst();
  }
}
