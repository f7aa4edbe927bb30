package org.crossfade.training.loop;

/** The user asked a run to stop; its state is saved. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean told;

  /** Creates an exception with a complete message for the user. */
  public StoppedException(String message) {
    this(message, false);
  }

  /**
   * Creates an exception.
   *
   * @param told whether the user has seen the message already
   */
  StoppedException(String message, boolean told) {
    super(message);
    this.told = told;
  }

  /** Returns whether the user has seen the message already. */
  public boolean told() {
    return told;
  }
}
