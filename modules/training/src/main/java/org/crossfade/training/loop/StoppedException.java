package org.crossfade.training.loop;

/** The user asked a run to stop; its state is saved. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a complete message for the user. */
  public StoppedException(String message) {
    super(message);
  }
}
