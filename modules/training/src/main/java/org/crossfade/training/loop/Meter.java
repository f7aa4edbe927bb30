package org.crossfade.training.loop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.core.method.TrainingPhase;

/** Averages losses and measures speed between two records. */
final class Meter {
  private final TrainingPhase phase;
  private final long started = System.nanoTime();
  private final Map<String, Double> sums = new LinkedHashMap<>();
  private long since = System.nanoTime();
  private long lastRecord;
  private long images;

  Meter(TrainingPhase phase, long first) {
    this.phase = phase;
    this.lastRecord = first;
  }

  void add(List<String> terms, float[] values, int drawn) {
    for (int i = 0; i < values.length; i++) {
      sums.merge(terms.get(i), (double) values[i], Double::sum);
    }
    images += drawn;
  }

  TrainingListener.Progress progress(long done, Map<String, Double> rates) {
    long now = System.nanoTime();
    var means = new LinkedHashMap<String, Double>();
    sums.forEach((term, sum) -> means.put(term, sum / (done - lastRecord)));
    double seconds = (now - since) / 1e9;
    var progress =
        new TrainingListener.Progress(
            phase.name(),
            done,
            phase.iterations(),
            means,
            rates,
            images / seconds,
            seconds / (done - lastRecord),
            (now - started) / 1e9);
    sums.clear();
    images = 0;
    since = now;
    lastRecord = done;
    return progress;
  }
}
