package org.crossfade.training.cli;

import java.io.IOException;

/** One verb of the command line, or a program of its own. */
public interface Command {
  /** Returns whether help was asked for; nothing is to be done then. */
  boolean helpAsked();

  /**
   * Does the work.
   *
   * @return the exit code: 0 done, 1 failed
   */
  int run() throws IOException;
}
