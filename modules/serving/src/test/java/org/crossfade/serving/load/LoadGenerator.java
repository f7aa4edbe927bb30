package org.crossfade.serving.load;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.crossfade.training.run.PeakMemory;

/**
 * Posts an image many times, from several clients that each wait for their answer; one that is told
 * to come again does. {@code LoadGenerator URL IMAGE REQUESTS CLIENTS} measures a server.
 */
public final class LoadGenerator {
  private LoadGenerator() {}

  /**
   * What came of it.
   *
   * @param labelled images that were answered with labels
   * @param busy answers with status 503, all of which said when to come again
   * @param lost all else: other answers, and none
   * @param seconds in all
   * @param median seconds of an image, its 503s included
   * @param slowest seconds of the image in a hundred that is slowest but for one
   */
  public record Result(
      int labelled, int busy, int lost, double seconds, double median, double slowest) {
    @Override
    public String toString() {
      return "%d labelled, %d times 503, %d lost; %.1f s, %.1f images/s; median %.3f s, 99 of 100 within %.3f s"
          .formatted(labelled, busy, lost, seconds, labelled / seconds, median, slowest);
    }
  }

  /** Memory of this process after a garbage collection, in bytes. */
  public record Memory(long heap, long resident) {
    public static Memory now() {
      System.gc();
      Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(500));
      System.gc();
      return new Memory(
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          PeakMemory.resident().orElse(0));
    }
  }

  public static Result run(URI server, byte[] image, int requests, int clients)
      throws InterruptedException {
    var next = new AtomicInteger();
    var labelled = new AtomicInteger();
    var busy = new AtomicInteger();
    var lost = new AtomicInteger();
    var nanos = new long[requests];
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve("/predict"))
            .header("Content-Type", "image/png")
            .timeout(Duration.ofMinutes(2))
            .POST(HttpRequest.BodyPublishers.ofByteArray(image))
            .build();
    var threads = new ArrayList<Thread>();
    long began = System.nanoTime();
    for (int i = 0; i < clients; i++) {
      var thread =
          new Thread(
              () -> {
                for (int n = next.getAndIncrement(); n < requests; n = next.getAndIncrement()) {
                  long start = System.nanoTime();
                  (post(client, request, busy) ? labelled : lost).incrementAndGet();
                  nanos[n] = System.nanoTime() - start;
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    Arrays.sort(nanos);
    return new Result(
        labelled.get(),
        busy.get(),
        lost.get(),
        seconds,
        nanos[requests / 2] / 1e9,
        nanos[(int) (0.99 * (requests - 1))] / 1e9);
  }

  private static boolean post(HttpClient client, HttpRequest request, AtomicInteger busy) {
    try {
      while (true) {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 503) {
          return response.statusCode() == 200 && response.body().contains("\"classes\"");
        }
        if (response.headers().firstValue("retry-after").isEmpty()) {
          return false;
        }
        busy.incrementAndGet();
        // Sooner than it was told to, so that the queue is full often.
        Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(20));
      }
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Measures a server. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.out.println(
        run(
            URI.create(arguments[0]),
            Files.readAllBytes(Path.of(arguments[1])),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3])));
  }
}
