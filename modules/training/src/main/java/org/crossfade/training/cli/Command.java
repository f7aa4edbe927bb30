package org.crossfade.training.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One verb of the command line, found through {@link java.util.ServiceLoader}, or a program of its
 * own. JCommander fills its annotated fields; a class has a public constructor without parameters.
 */
public interface Command {
  /** Returns the word that calls it. */
  String verb();

  /** Returns whether help was asked for; nothing is to be done then. */
  boolean helpAsked();

  /**
   * Does the work.
   *
   * @param typed the whole command line, for a run's record
   * @return the exit code: 0 done, 1 failed
   */
  int run(List<String> typed) throws IOException;

  /** Returns the folder that the command works in, if it has one of its own. */
  default Optional<Path> workFolder() {
    return Optional.empty();
  }
}
