package org.crossfade.serving.http;

import java.io.IOException;

/** What answers at one address. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Answers, now or later, from any thread.
   *
   * @throws ProblemException if the request can't be done
   */
  void serve(Exchange exchange) throws IOException;

  /** An answer that is there at once. */
  @FunctionalInterface
  interface Source {
    /** Returns the answer. */
    Answer answer() throws IOException;
  }

  /** Returns an endpoint that answers at once and looks at nothing in the request. */
  static Endpoint of(Source source) {
    return exchange -> exchange.answer(source.answer());
  }
}
