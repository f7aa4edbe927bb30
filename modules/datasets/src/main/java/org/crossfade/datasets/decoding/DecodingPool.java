package org.crossfade.datasets.decoding;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that decode files, shared by all streams of a run. */
public final class DecodingPool implements AutoCloseable {
  private final int threads;
  private final ExecutorService executor;

  /**
   * A pool of that many threads.
   *
   * @param threads at least 1
   */
  public DecodingPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "the number of decoding threads must be at least 1, found " + threads);
    }
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    this.executor =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "decoding-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The number of threads. */
  public int threads() {
    return threads;
  }

  <T> Future<T> submit(Callable<T> task) {
    if (executor.isShutdown()) {
      throw new IllegalStateException("the decoding pool is closed");
    }
    return executor.submit(task);
  }

  /** Stops the threads; what they were reading is dropped. */
  @Override
  public void close() {
    for (Runnable waiting : executor.shutdownNow()) {
      if (waiting instanceof Future<?> future) {
        // Nobody else completes it: who waits for it would wait forever.
        future.cancel(false);
      }
    }
    try {
      // A file that is being decoded is read to its end: wait for it, so that no thread outlives
      // us.
      boolean stopped = executor.awaitTermination(30, TimeUnit.SECONDS);
      if (!stopped) {
        throw new IllegalStateException("decoding threads did not stop within 30 seconds");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
