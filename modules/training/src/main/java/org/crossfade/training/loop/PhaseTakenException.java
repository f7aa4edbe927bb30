package org.crossfade.training.loop;

/** Another process trains a phase that this run needs, and this run was told not to wait. */
public final class PhaseTakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message for the user. */
  PhaseTakenException(String message) {
    super(message);
  }
}
