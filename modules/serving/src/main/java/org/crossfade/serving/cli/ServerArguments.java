package org.crossfade.serving.cli;

import com.beust.jcommander.Parameter;
import com.beust.jcommander.ParameterException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.crossfade.serving.http.HttpServer;
import org.crossfade.serving.http.Site;
import org.crossfade.training.loop.StopSignal;

/** Where a site is served, until Ctrl-C. */
final class ServerArguments {
  @Parameter(names = "--port", description = "Port; 0 for any that is free, which is printed")
  private int port = 8080;

  @Parameter(
      names = "--host",
      description =
          "Name or address to listen on. Other machines reach any but the default, and there are no"
              + " passwords")
  private String host = "127.0.0.1";

  /** Checks the range. */
  void check() {
    if (port < 0 || port > 65_535) {
      throw new ParameterException("--port " + port + ": expected 0 to 65535");
    }
  }

  /**
   * Serves until Ctrl-C or until {@code over}.
   *
   * @param title what is said to be served
   * @param stopped done when no request is left
   */
  void serve(Site site, String title, BooleanSupplier over, Runnable stopped) throws IOException {
    check();
    HttpServer server = HttpServer.start(site, host, port, HttpServer.Limits.USUAL);
    var signal = new StopSignal();
    signal.guard(
        30,
        () -> {
          System.out.printf("serving %s on %s (Ctrl-C ends it)%n", title, server.address());
          while (!signal.requested() && !over.getAsBoolean()) {
            sleep();
          }
          server.close();
          stopped.run();
          System.out.println("stopped");
        });
  }

  private static void sleep() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
