package org.crossfade.console;

import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.crossfade.training.loop.PhaseBar;

/** A bar in the last line of a terminal. */
final class TerminalBar implements PhaseBar {
  private static final int MILLIS_BETWEEN = 500;

  private final ProgressBar bar;

  private TerminalBar(ProgressBar bar) {
    this.bar = bar;
  }

  /** Makes the bar known. */
  public static final class Factory implements PhaseBar.Factory {
    /** For {@link java.util.ServiceLoader}. */
    public Factory() {}

    @Override
    public PhaseBar open(String title, long iteration, long iterations) {
      return new TerminalBar(
          new ProgressBarBuilder()
              .setTaskName(title)
              .setInitialMax(iterations)
              .startsFrom(iteration, Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(MILLIS_BETWEEN)
              .build());
    }
  }

  @Override
  public void stepTo(long iteration) {
    bar.stepTo(iteration);
  }

  @Override
  public void say(String message) {
    bar.setExtraMessage(message);
  }

  @Override
  public void close() {
    bar.close();
  }
}
