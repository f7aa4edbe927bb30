package org.crossfade.serving.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.crossfade.training.run.Json;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Why a request was not done, as RFC 9457 writes it.
 *
 * @param status of HTTP, 400 to 599
 * @param detail what was expected and found, and what to do
 * @param headers further ones, such as {@code Retry-After}
 */
public record Problem(int status, String detail, Map<String, String> headers) {
  /** Media type of the body. */
  public static final String TYPE = "application/problem+json";

  /**
   * Copies the headers.
   *
   * @param status of HTTP, 400 to 599
   * @param detail what was expected and found, and what to do
   * @param headers further ones, such as {@code Retry-After}
   */
  public Problem {
    headers = Map.copyOf(headers);
  }

  /**
   * A problem without further headers.
   *
   * @param status of HTTP, 400 to 599
   * @param detail what was expected and found, and what to do
   */
  public Problem(int status, String detail) {
    this(status, detail, Map.of());
  }

  /**
   * {@return a problem of too much work, which is gone after some seconds}
   *
   * @param detail what there is too much of
   * @param seconds after which another try may do
   */
  public static Problem busy(String detail, long seconds) {
    return new Problem(
        HttpStatus.SERVICE_UNAVAILABLE_503, detail, Map.of("Retry-After", Long.toString(seconds)));
  }

  /** {@return the exception that carries it to whoever answers} */
  public ProblemException thrown() {
    return new ProblemException(this);
  }

  /** {@return the answer that says it} */
  public Answer answer() {
    var body = new LinkedHashMap<String, Object>();
    body.put("type", "about:blank");
    body.put("title", HttpStatus.getMessage(status));
    body.put("status", status);
    body.put("detail", detail);
    return new Answer(status, TYPE, Json.line(body).getBytes(StandardCharsets.UTF_8), headers);
  }
}
