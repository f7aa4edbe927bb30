package org.crossfade.training.workers;

/** What went wrong between workers, for a person: which worker, and what to do. */
public final class WorkersException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a complete message. */
  public WorkersException(String message) {
    super(message);
  }

  /** Creates an exception with a complete message and what led to it. */
  public WorkersException(String message, Throwable cause) {
    super(message, cause);
  }
}
