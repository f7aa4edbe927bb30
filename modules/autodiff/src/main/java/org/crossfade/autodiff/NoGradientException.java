package org.crossfade.autodiff;

import org.tensorflow.GraphOperation;

/** An operation on the way from a loss to a parameter has no rule of differentiation. */
public final class NoGradientException extends UnsupportedOperationException {
  private static final long serialVersionUID = 1;

  /** The first part of the message: which operation, and why it has no gradient. */
  private final String what;

  NoGradientException(GraphOperation operation, Throwable cause) {
    this(
        "no gradient of '%s', an operation of type %s: neither registered here nor native (%s)"
            .formatted(operation.name(), operation.type(), cause.getMessage()),
        "GradientRegistry.registerGradient(\"" + operation.type() + "\", rule) adds one",
        cause);
  }

  private NoGradientException(String what, String more, Throwable cause) {
    super(what + "; " + more, cause);
    this.what = what;
  }

  /** Returns the same error with the path that led to the operation. */
  NoGradientException on(String path) {
    String more = getMessage().substring(what.length() + 2);
    return new NoGradientException(what, "on the path " + path + "; " + more, getCause());
  }
}
