package org.crossfade.serving.http;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.crossfade.core.data.DataException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of a server. They are a closed list: no part of a request ever names a file, and
 * pages may load nothing but what is on the list.
 */
public final class Site {
  private static final Logger LOG = LoggerFactory.getLogger(Site.class);

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
          + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  /** The content security policy of a page that has its styles in itself. */
  public static final String WITH_STYLES_INSIDE =
      POLICY.replace("style-src 'self'", "style-src 'unsafe-inline'");

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          POLICY,
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private final Map<String, Map<String, Endpoint>> addresses;
  private final RequestLog log;

  private Site(Map<String, Map<String, Endpoint>> addresses, RequestLog log) {
    this.addresses = addresses;
    this.log = log;
  }

  /** Addresses that are added one after the other. */
  public static final class Builder {
    private final Map<String, Map<String, Endpoint>> addresses = new HashMap<>();

    /** Begins without any. */
    public Builder() {}

    /**
     * Adds what is got at a path.
     *
     * @param path such as {@code /health}, matched as a whole
     * @param endpoint that answers GET and HEAD
     * @return this
     */
    public Builder get(String path, Endpoint endpoint) {
      return on("GET", path, endpoint).on("HEAD", path, endpoint);
    }

    /**
     * Adds what takes a body at a path.
     *
     * @param path such as {@code /predict}, matched as a whole
     * @param endpoint that answers POST
     * @return this
     */
    public Builder post(String path, Endpoint endpoint) {
      return on("POST", path, endpoint);
    }

    private Builder on(String method, String path, Endpoint endpoint) {
      addresses.computeIfAbsent(path, p -> new HashMap<>()).put(method, endpoint);
      return this;
    }

    /**
     * {@return the site with what was added so far}
     *
     * @param log is told of every answer
     */
    public Site build(RequestLog log) {
      return new Site(Map.copyOf(addresses), log);
    }
  }

  /**
   * Returns what Jetty calls.
   *
   * @param loopback whether the server listens on this machine's own address alone: names of others
   *     in the {@code Host} header are refused then, since a page of theirs must not reach it
   */
  Handler handler(boolean loopback) {
    return new Handler.Abstract() {
      @Override
      public boolean handle(Request request, Response response, Callback callback) {
        Site.this.handle(request, response, callback, loopback);
        return true;
      }
    };
  }

  private void handle(Request request, Response response, Callback callback, boolean loopback) {
    String path = Request.getPathInContext(request);
    String address = addresses.containsKey(path) ? path : "other";
    Request.addCompletionListener(
        request,
        failure ->
            log.answered(
                address,
                failure == null ? response.getStatus() : 0,
                (System.nanoTime() - request.getHeadersNanoTime()) / 1e9));
    HttpFields.Mutable headers = response.getHeaders();
    HEADERS.forEach((name, value) -> headers.put(new HttpField(name, value)));
    var exchange = new Exchange(request, response, callback);
    request.addFailureListener(exchange::abandon);
    try {
      if (loopback) {
        requireOwnName(Request.getServerName(request));
      }
      endpoint(path, request.getMethod()).serve(exchange);
    } catch (ProblemException e) {
      exchange.answer(e.problem());
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      exchange.answer(unexpected(e));
    }
  }

  private static void requireOwnName(String name) {
    if (!name.equals("localhost") && !name.matches("127(\\.\\d{1,3}){3}|\\[?::1\\]?")) {
      throw new Problem(
              HttpStatus.MISDIRECTED_REQUEST_421,
              "this server answers to localhost, 127.0.0.1 and [::1] alone; start it with --host to"
                  + " reach it by another name")
          .thrown();
    }
  }

  private Endpoint endpoint(String path, String method) {
    Optional<Map<String, Endpoint>> methods = Optional.ofNullable(addresses.get(path));
    if (methods.isEmpty()) {
      throw new Problem(
              HttpStatus.NOT_FOUND_404,
              "there is nothing here; there are "
                  + String.join(", ", new TreeSet<>(addresses.keySet())))
          .thrown();
    }
    String allowed = String.join(", ", new TreeSet<>(methods.get().keySet()));
    return Optional.ofNullable(methods.get().get(method))
        .orElseThrow(
            () ->
                new Problem(
                        HttpStatus.METHOD_NOT_ALLOWED_405,
                        "this address takes " + allowed,
                        Map.of("Allow", allowed))
                    .thrown());
  }

  /**
   * {@return what a client is told of a failure that is none of its making; the log has more}
   *
   * @param failure of any kind
   */
  public static Problem unexpected(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      LOG.error("memory ran out: {}", failure.getMessage());
      return Problem.busy("memory ran out; try again, or send a smaller image", 5);
    }
    if (failure instanceof DataException) {
      return new Problem(HttpStatus.BAD_REQUEST_400, failure.getMessage());
    }
    LOG.error("a request failed: {}", failure.toString());
    LOG.debug("the failure", failure);
    return new Problem(HttpStatus.INTERNAL_SERVER_ERROR_500, "the server failed; its log says how");
  }
}
