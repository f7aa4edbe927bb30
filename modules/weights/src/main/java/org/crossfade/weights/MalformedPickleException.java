package org.crossfade.weights;

/** A pickle that is no program for the stack machine, or that builds what tensors are not. */
final class MalformedPickleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was found
   */
  MalformedPickleException(String message) {
    super(message);
  }
}
