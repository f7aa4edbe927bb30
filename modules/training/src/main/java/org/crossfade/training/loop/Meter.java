package org.crossfade.training.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.session.StepLosses;

/**
 * Averages losses and measures speed between two records. What is averaged so far is part of a
 * checkpoint, so a run that was cut off between two records logs the same means; speed is this
 * process's own.
 */
final class Meter {
  private final TrainingPhase phase;
  private final long started = System.nanoTime();
  private final Map<String, Double> sums = new LinkedHashMap<>();
  private long since = System.nanoTime();
  private long summedSince;
  private long timedSince;
  private long images;

  Meter(TrainingPhase phase, Optional<LoopState> resumed) {
    this.phase = phase;
    resumed.ifPresent(
        state -> {
          sums.putAll(state.losses().sums());
          summedSince = state.losses().since();
          timedSince = state.iteration();
        });
  }

  void add(StepLosses step) {
    step.losses().forEach(loss -> sums.merge(loss.term(), (double) loss.value(), Double::sum));
    images += step.images();
  }

  /** Returns what was added since the last record. */
  LoopState.LossSums sums() {
    return new LoopState.LossSums(new LinkedHashMap<>(sums), summedSince);
  }

  /** Returns the iteration of the last record, 0 before the first. */
  long recorded() {
    return summedSince;
  }

  TrainingListener.Progress progress(long done, Map<String, Double> rates) {
    long now = System.nanoTime();
    var means = new LinkedHashMap<String, Double>();
    sums.forEach((term, sum) -> means.put(term, sum / (done - summedSince)));
    double seconds = (now - since) / 1e9;
    var progress =
        new TrainingListener.Progress(
            phase.name(),
            done,
            phase.iterations(),
            means,
            rates,
            images / seconds,
            seconds / (done - timedSince),
            (now - started) / 1e9);
    sums.clear();
    images = 0;
    since = now;
    summedSince = done;
    timedSince = done;
    return progress;
  }
}
