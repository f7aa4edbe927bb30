package org.crossfade.weights;

import java.nio.file.Path;

/**
 * A weight file that cannot be read, or that must not be; the message starts with the file. It is
 * one line of at most some 2,000 characters in which nothing can steer a terminal, whatever names
 * the file holds: invisible characters are escaped, and the middle of a longer text is left out.
 */
public final class WeightFileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private static final int SHOWN_OF_THE_START = 1400;
  private static final int SHOWN_OF_THE_END = 600;

  /**
   * @param file the file at fault
   * @param problem what was expected, what was found and what to do
   */
  public WeightFileException(Path file, String problem) {
    super(message(file, problem));
  }

  /**
   * @param file the file at fault
   * @param problem what was expected, what was found and what to do
   * @param cause what the machine said
   */
  public WeightFileException(Path file, String problem, Throwable cause) {
    super(message(file, problem), cause);
  }

  private static String message(Path file, String problem) {
    String printable = PrintableText.of(problem);
    return PrintableText.of(file.toString())
        + ": "
        + PrintableText.shortened(printable, SHOWN_OF_THE_START, SHOWN_OF_THE_END);
  }
}
