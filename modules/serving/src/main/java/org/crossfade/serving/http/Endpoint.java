package org.crossfade.serving.http;

import java.io.IOException;

/** What answers at one address. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Answers, now or later, from any thread.
   *
   * @param exchange the request, and where the answer goes
   * @throws ProblemException if the request can't be done
   * @throws IOException if what is needed cannot be read
   */
  void serve(Exchange exchange) throws IOException;

  /** An answer that is there at once. */
  @FunctionalInterface
  interface Source {
    /**
     * {@return the answer}
     *
     * @throws IOException if what is needed cannot be read
     */
    Answer answer() throws IOException;
  }

  /**
   * {@return an endpoint that answers at once and looks at nothing in the request}
   *
   * @param source asked once for every request
   */
  static Endpoint of(Source source) {
    return exchange -> exchange.answer(source.answer());
  }
}
