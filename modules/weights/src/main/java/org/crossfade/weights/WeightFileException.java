package org.crossfade.weights;

import java.nio.file.Path;

/** A weight file that cannot be read, or that must not be; the message starts with the file. */
public final class WeightFileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param file the file at fault
   * @param problem what was expected, what was found and what to do
   */
  public WeightFileException(Path file, String problem) {
    super(file + ": " + problem);
  }

  /**
   * @param file the file at fault
   * @param problem what was expected, what was found and what to do
   * @param cause what the machine said
   */
  public WeightFileException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
