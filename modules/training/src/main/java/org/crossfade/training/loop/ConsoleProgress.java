package org.crossfade.training.loop;

import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.run.SelectionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a person what happens: a progress bar where there is a terminal and something that draws
 * one, and one line every few iterations otherwise.
 */
public final class ConsoleProgress implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(ConsoleProgress.class);

  private final String title;
  private final boolean interactive;
  private PhaseBar bar;

  /**
   * Creates a listener.
   *
   * @param title before each line: the method's name
   * @param interactive whether to draw a bar
   */
  public ConsoleProgress(String title, boolean interactive) {
    this.title = title;
    this.interactive = interactive;
  }

  @Override
  public void phaseStarted(String phase, long iteration, long iterations, String summary) {
    String from = iteration > 0 ? " resumes at iteration " + iteration + " of " : ": ";
    LOG.info("{} {}{}{} iterations", title, phase, from, iterations);
    summary.lines().forEach(line -> LOG.info("  {}", line));
    if (interactive) {
      bar =
          ServiceLoader.load(PhaseBar.Factory.class)
              .findFirst()
              .map(bars -> bars.open(title + " " + phase, iteration, iterations))
              .orElse(null);
    }
  }

  @Override
  public void iterated(String phase, long iteration, long iterations) {
    if (bar != null) {
      bar.stepTo(iteration);
      if (iteration == iterations) {
        ended();
      }
    }
  }

  @Override
  public void progressed(Progress p) {
    String losses = named(p.losses(), "%s %.4g");
    String speed = String.format(Locale.ROOT, "%.1f images/s", p.imagesPerSecond());
    if (bar != null) {
      bar.say(speed + ", " + losses);
      return;
    }
    LOG.info(
        "{} {} {}/{} {} | {} | {} | eta {}",
        title,
        p.phase(),
        p.iteration(),
        p.iterations(),
        losses,
        named(p.rates(), "lr %s %.3g"),
        speed,
        eta(p));
  }

  private static String named(Map<String, Double> values, String format) {
    return values.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, format, e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String eta(Progress p) {
    long left = p.iterations() - p.iteration();
    double perIteration = p.secondsPerIteration();
    long seconds = Math.round(left * perIteration);
    return String.format("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  @Override
  public void evaluated(EvaluationResult r) {
    LOG.info(
        "{} {} iteration {}: mIoU {} % over {} classes, {} images, {} images/s",
        title,
        r.phase(),
        r.iteration(),
        String.format(Locale.ROOT, "%.1f", 100 * r.miou()),
        r.iou().size(),
        r.images(),
        String.format(Locale.ROOT, "%.1f", r.imagesPerSecond()));
  }

  @Override
  public void selected(String phase, SelectionState.Round r) {
    LOG.info(
        "{} {} iteration {}: epoch {} is over, {} of {} samples stay, threshold {}, scores {} to"
            + " {}, mean {}",
        title,
        phase,
        r.iteration(),
        r.epoch() + 1,
        r.kept(),
        r.scored(),
        shown(r.threshold()),
        shown(r.lowestScore()),
        shown(r.highestScore()),
        shown(r.meanScore()));
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  @Override
  public void phaseFinished(String phase, boolean resumed) {
    ended();
    if (resumed) {
      LOG.info("{} {}: finished before, skipped", title, phase);
    }
  }

  @Override
  public void ended() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
