package org.crossfade.training.run;

/**
 * A run's folder can't be used for what was asked: something in it can't be read or written, is
 * broken, is missing, or belongs to something else.
 */
public final class RunFolderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a complete message for the user. */
  public RunFolderException(String message) {
    super(message);
  }

  /** Creates an exception with a complete message for the user. */
  public RunFolderException(String message, Throwable cause) {
    super(message, cause);
  }
}
