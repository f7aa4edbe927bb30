package org.crossfade.training.loop;

/** A loss is not finite. */
public final class TrainingDivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a complete message for the user. */
  public TrainingDivergedException(String message) {
    super(message);
  }
}
