package org.crossfade.core.data;

/**
 * A file of a data set that is missing, corrupt, or not what it should be. The message is complete:
 * it names the file, what was expected, what was found, and what to do.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error that needs no cause. */
  public DataException(String message) {
    super(message);
  }

  /** An error with the exception behind it. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
