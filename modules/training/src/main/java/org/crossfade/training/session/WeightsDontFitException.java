package org.crossfade.training.session;

/** No file of published weights, or more than one, fits a network. */
public final class WeightsDontFitException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message which network, and what is the matter with each file
   */
  public WeightsDontFitException(String message) {
    super(message);
  }
}
