package org.crossfade.serving.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.crossfade.training.run.Json;

/** What is sent back: status, media type, body, further headers. */
public final class Answer {
  private final int status;
  private final String type;
  private final byte[] body;
  private final Map<String, String> headers;

  /**
   * Takes the parts; the body is not copied.
   *
   * @param status of HTTP
   * @param type media type of the body
   * @param body bytes, may be empty
   * @param headers further ones; empty for none
   */
  public Answer(int status, String type, byte[] body, Map<String, String> headers) {
    this.status = status;
    this.type = type;
    this.body = body;
    this.headers = Map.copyOf(headers);
  }

  /**
   * {@return a body with the status 200}
   *
   * @param type media type of the body
   * @param body bytes, not copied
   */
  public static Answer of(String type, byte[] body) {
    return new Answer(200, type, body, Map.of());
  }

  /**
   * {@return a value as JSON, with the status 200}
   *
   * @param value as {@link Json#line} writes it
   */
  public static Answer json(Object value) {
    return of("application/json", Json.line(value).getBytes(StandardCharsets.UTF_8));
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  byte[] body() {
    return body;
  }

  Map<String, String> headers() {
    return headers;
  }
}
