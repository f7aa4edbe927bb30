package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;

/** {@code --help} of one verb. */
final class HelpArgument {
  @Parameter(
      names = {"--help", "-h"},
      help = true,
      order = Integer.MAX_VALUE,
      description = "Show this text")
  private boolean asked;

  /** Returns whether help was asked for. */
  boolean asked() {
    return asked;
  }
}
