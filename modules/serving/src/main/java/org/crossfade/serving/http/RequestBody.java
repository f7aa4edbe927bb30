package org.crossfade.serving.http;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;

/**
 * Reads a body of bounded size as it comes; no thread waits for a slow client. Of one that is too
 * large a part is read and forgotten, since a client that still sends may not see an answer.
 */
public final class RequestBody implements Runnable {
  /** How much more than allowed is read before the connection is cut. */
  private static final int PATIENCE = 4;

  private final Exchange exchange;
  private final long most;
  private final Consumer<byte[]> then;
  private ByteArrayOutputStream content = new ByteArrayOutputStream();
  private long read;

  private RequestBody(Exchange exchange, long most, Consumer<byte[]> then) {
    this.exchange = exchange;
    this.most = most;
    this.then = then;
  }

  /**
   * Reads a body.
   *
   * @param exchange whose request is read
   * @param most bytes that it may have
   * @param then what is done with it; its {@link ProblemException} is the answer
   * @throws ProblemException if it says that it is too large
   */
  public static void read(Exchange exchange, long most, Consumer<byte[]> then) {
    long length = exchange.headers().getLongField(HttpHeader.CONTENT_LENGTH);
    exchange.bodyIsRead(false);
    if (length > PATIENCE * most) {
      throw tooLarge(most).thrown();
    }
    new RequestBody(exchange, most, then).run();
  }

  private static Problem tooLarge(long most) {
    return new Problem(
        HttpStatus.PAYLOAD_TOO_LARGE_413,
        "the body has more than the %d bytes that this server takes; send a smaller image"
            .formatted(most));
  }

  @Override
  public void run() {
    try {
      advance();
    } catch (ProblemException e) {
      exchange.answer(e.problem());
    }
  }

  private void advance() {
    while (!exchange.over()) {
      Content.Chunk chunk = exchange.request().read();
      if (chunk == null) {
        exchange.request().demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        exchange.abandon(chunk.getFailure());
        return;
      }
      boolean last = take(chunk);
      if (last) {
        exchange.bodyIsRead(true);
      }
      if (read > most && (last || read > PATIENCE * most)) {
        throw tooLarge(most).thrown();
      }
      if (last) {
        byte[] whole = content.toByteArray();
        content = new ByteArrayOutputStream();
        then.accept(whole);
        return;
      }
    }
  }

  private boolean take(Content.Chunk chunk) {
    try {
      int length = chunk.remaining();
      read += length;
      if (read > most) {
        content = new ByteArrayOutputStream();
      } else {
        byte[] bytes = new byte[length];
        chunk.getByteBuffer().get(bytes);
        content.writeBytes(bytes);
      }
      return chunk.isLast();
    } finally {
      chunk.release();
    }
  }
}
