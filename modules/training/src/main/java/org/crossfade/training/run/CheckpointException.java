package org.crossfade.training.run;

/** A checkpoint can't be written, is broken, or belongs to something else. */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a complete message for the user. */
  public CheckpointException(String message) {
    super(message);
  }

  /** Creates an exception with a complete message for the user. */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
