package org.crossfade.core.options;

import java.util.List;

/** Says everything that is wrong with a configuration, each with file and line. */
public final class InvalidOptionsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /** Creates an exception from one line a problem. */
  public InvalidOptionsException(List<String> problems) {
    this(problems, null);
  }

  /** Creates an exception from one line a problem and what brought them up. */
  public InvalidOptionsException(List<String> problems, Throwable cause) {
    super(
        (problems.size() == 1
                ? "1 problem in the options:"
                : problems.size() + " problems in the options:")
            + "\n  "
            + String.join("\n  ", problems),
        cause);
    this.problems = List.copyOf(problems);
  }

  /** Returns one line a problem. */
  public List<String> problems() {
    return problems;
  }
}
