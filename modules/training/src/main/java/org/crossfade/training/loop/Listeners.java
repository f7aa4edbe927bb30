package org.crossfade.training.loop;

import java.util.List;
import java.util.function.Consumer;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.run.SelectionState;

/** Several listeners as one, in order. */
public record Listeners(List<TrainingListener> all) implements TrainingListener {
  /** Copies the list. */
  public Listeners {
    all = List.copyOf(all);
  }

  @Override
  public void phaseStarted(String phase, long iteration, long iterations, String summary) {
    each(l -> l.phaseStarted(phase, iteration, iterations, summary));
  }

  @Override
  public void iterated(String phase, long iteration, long iterations) {
    each(l -> l.iterated(phase, iteration, iterations));
  }

  @Override
  public void progressed(Progress progress) {
    each(l -> l.progressed(progress));
  }

  @Override
  public void evaluated(EvaluationResult result) {
    each(l -> l.evaluated(result));
  }

  @Override
  public void selected(String phase, SelectionState.Round round) {
    each(l -> l.selected(phase, round));
  }

  @Override
  public void saved(String phase, long iteration) {
    each(l -> l.saved(phase, iteration));
  }

  @Override
  public void phaseFinished(String phase, boolean resumed) {
    each(l -> l.phaseFinished(phase, resumed));
  }

  @Override
  public void ended() {
    each(TrainingListener::ended);
  }

  private void each(Consumer<TrainingListener> call) {
    all.forEach(call);
  }
}
