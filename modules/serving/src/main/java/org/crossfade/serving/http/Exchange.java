package org.crossfade.serving.http;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A request and its one answer: the first counts, others are dropped. Safe from all threads. */
public final class Exchange {
  private final Request request;
  private final Response response;
  private final Callback callback;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final List<Runnable> afterwards = new ArrayList<>();
  private volatile boolean bodyIsRead = true;

  Exchange(Request request, Response response, Callback callback) {
    this.request = request;
    this.response = response;
    this.callback = callback;
  }

  /** {@return the request's headers} */
  public HttpFields headers() {
    return request.getHeaders();
  }

  Request request() {
    return request;
  }

  /** {@return whether there is an answer already, or nobody who waits for one} */
  public boolean over() {
    return answered.get();
  }

  /** Says whether all of the body was read; if not, the connection ends with the answer. */
  void bodyIsRead(boolean all) {
    bodyIsRead = all;
  }

  /**
   * Runs {@code work} when there is an answer, or nobody who waits for one; at once if so now.
   *
   * @param work what is run, once
   */
  public void afterwards(Runnable work) {
    synchronized (afterwards) {
      if (!over()) {
        afterwards.add(work);
        return;
      }
    }
    work.run();
  }

  /**
   * Sends a problem.
   *
   * @param problem that becomes the answer, unless there is one
   */
  public void answer(Problem problem) {
    answer(problem.answer());
  }

  /**
   * Sends an answer.
   *
   * @param answer what is sent, unless there is one
   */
  public void answer(Answer answer) {
    if (!claim()) {
      return;
    }
    response.setStatus(answer.status());
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(HttpHeader.CONTENT_TYPE, answer.type());
    headers.put(HttpHeader.CONTENT_LENGTH, answer.body().length);
    answer.headers().forEach((name, value) -> headers.put(new HttpField(name, value)));
    if (!bodyIsRead) {
      headers.put(HttpHeader.CONNECTION, "close");
    }
    response.write(true, ByteBuffer.wrap(answer.body()), callback);
  }

  /** Ends it without an answer: the client is gone. */
  void abandon(Throwable why) {
    if (claim()) {
      callback.failed(why);
    }
  }

  private boolean claim() {
    List<Runnable> work;
    synchronized (afterwards) {
      if (!answered.compareAndSet(false, true)) {
        return false;
      }
      work = List.copyOf(afterwards);
    }
    work.forEach(Runnable::run);
    return true;
  }
}
