package org.crossfade.autodiff;

/** TensorFlow's native library for this machine is not on the class path. */
public final class MissingNativeException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  MissingNativeException(String message, LinkageError cause) {
    super(message, cause);
  }
}
