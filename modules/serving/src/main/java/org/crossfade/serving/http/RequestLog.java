package org.crossfade.serving.http;

/** Is told of every answer. */
@FunctionalInterface
public interface RequestLog {
  /**
   * Is told of one.
   *
   * @param address one of the site's, or {@code other}
   * @param status of HTTP; 0 where the client did not wait for an answer
   * @param seconds since the request's head was there
   */
  void answered(String address, int status, double seconds);
}
