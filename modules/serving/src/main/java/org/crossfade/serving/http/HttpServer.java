package org.crossfade.serving.http;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A site that is being served; closing it lets requests in progress end first. */
public final class HttpServer implements AutoCloseable {
  /**
   * Bounds of the server itself.
   *
   * @param connections that are open at a time; further ones wait to be accepted
   * @param idleSeconds that a connection may be without a request, or with a part of its head
   * @param stopSeconds that requests have to end when the server is closed
   */
  public record Limits(int connections, double idleSeconds, double stopSeconds) {
    /** What the verbs use. */
    public static final Limits USUAL = new Limits(2048, 30, 10);
  }

  private static final int THREADS = 16;
  private static final int WAITING_TO_BE_ACCEPTED = 1024;

  private final Server server;
  private final URI address;

  private HttpServer(Server server, URI address) {
    this.server = server;
    this.address = address;
  }

  /**
   * Starts to serve.
   *
   * @param site that answers
   * @param host name or address to listen on
   * @param port 0 for any that is free
   * @param limits of its connections, and how long they may idle
   * @return the server, which listens already
   * @throws IOException if the port is in use, or the host is not of this machine
   */
  public static HttpServer start(Site site, String host, int port, Limits limits)
      throws IOException {
    InetAddress local;
    try {
      local = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IOException("--host " + host + ": there is no host of this name", e);
    }
    var threads = new QueuedThreadPool(THREADS, 2);
    threads.setName("http");
    var server = new Server(threads);
    var configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(true);
    var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
    connector.setHost(local.getHostAddress());
    connector.setPort(port);
    connector.setAcceptQueueSize(WAITING_TO_BE_ACCEPTED);
    connector.setIdleTimeout(TimeUnit.SECONDS.toMillis(5) + (long) (1000 * limits.idleSeconds()));
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(limits.connections(), server));
    server.setErrorHandler(new PlainErrors());
    var idle =
        new IdleConnections(
            new GracefulHandler(site.handler(local.isLoopbackAddress())),
            server.getScheduler(),
            limits.idleSeconds());
    connector.addBean(idle);
    server.setHandler(idle);
    server.setStopTimeout((long) (1000 * limits.stopSeconds()));
    try {
      server.start();
    } catch (Exception e) {
      stop(server);
      throw refused(e, host, port);
    }
    String name = local.getHostAddress();
    return new HttpServer(
        server,
        URI.create(
            "http://%s:%d/"
                .formatted(
                    name.contains(":") ? "[" + name + "]" : name, connector.getLocalPort())));
  }

  private static IOException refused(Exception e, String host, int port) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new IOException(
            "can't listen on port %d of %s: %s. Give another --port, or 0 for any that is free"
                .formatted(port, host, cause.getMessage()),
            e);
      }
    }
    return e instanceof IOException io ? io : new IOException("can't serve: " + e.getMessage(), e);
  }

  /** {@return where it is} */
  public URI address() {
    return address;
  }

  @Override
  public void close() {
    stop(server);
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      // What did not end in time is cut off; there is nothing else to be done about it.
      server.destroy();
    }
  }
}
