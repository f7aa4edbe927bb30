package org.crossfade.serving.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What is answered to a request that is no HTTP, before any address is looked at. */
final class PlainErrors extends ErrorHandler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = Math.max(400, response.getStatus());
    Answer answer = problem(status).answer();
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
    response.write(true, ByteBuffer.wrap(answer.body()), callback);
    return true;
  }

  private static Problem problem(int status) {
    return new Problem(
        status,
        status == HttpStatus.SERVICE_UNAVAILABLE_503
            ? "the server is stopping"
            : "the request can't be read as HTTP");
  }
}
