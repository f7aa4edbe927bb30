package org.crossfade.serving.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections that have no request for too long: those kept open, and those whose request's
 * head comes a byte at a time, which no timeout between two bytes would end.
 */
final class IdleConnections extends Handler.Wrapper implements Connection.Listener {
  private final Map<Connection, Long> since = new ConcurrentHashMap<>();
  private final Scheduler scheduler;
  private final long nanos;

  IdleConnections(Handler handler, Scheduler scheduler, double seconds) {
    super(handler);
    this.scheduler = scheduler;
    this.nanos = (long) (seconds * 1e9);
  }

  @Override
  public void onOpened(Connection connection) {
    since.put(connection, System.nanoTime());
  }

  @Override
  public void onClosed(Connection connection) {
    since.remove(connection);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Connection connection = request.getConnectionMetaData().getConnection();
    since.remove(connection);
    Request.addCompletionListener(request, failure -> onOpened(connection));
    return super.handle(request, response, callback);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    scheduleSweep();
  }

  private void scheduleSweep() {
    scheduler.schedule(this::sweep, Math.max(50, nanos / 4_000_000), TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    long now = System.nanoTime();
    since.forEach(
        (connection, from) -> {
          if (!connection.getEndPoint().isOpen()) {
            since.remove(connection);
          } else if (now - from > nanos && since.remove(connection, from)) {
            connection.getEndPoint().close();
          }
        });
    if (isRunning()) {
      scheduleSweep();
    }
  }
}
