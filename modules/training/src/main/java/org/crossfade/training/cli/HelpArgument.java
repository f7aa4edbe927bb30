package org.crossfade.training.cli;

import com.beust.jcommander.Parameter;

/** {@code --help} of one command. */
public final class HelpArgument {
  @Parameter(
      names = {"--help", "-h"},
      help = true,
      order = Integer.MAX_VALUE,
      description = "Show this text")
  private boolean asked;

  /** For a field that JCommander delegates to. */
  public HelpArgument() {}

  /** Returns whether help was asked for. */
  public boolean asked() {
    return asked;
  }
}
