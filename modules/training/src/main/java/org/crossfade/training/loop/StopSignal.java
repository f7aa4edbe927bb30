package org.crossfade.training.loop;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks the loop to save and end. On Ctrl-C the JVM ends when its shutdown hooks do: the hook waits
 * until the loop has saved.
 */
public final class StopSignal {
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Consumer<String> told;
  private volatile boolean requested;
  private volatile boolean ending;

  /** Creates a signal that says on standard error what becomes of a run while the JVM ends. */
  public StopSignal() {
    this(System.err::println);
  }

  /**
   * Creates a signal.
   *
   * @param told hears what becomes of a run while the JVM ends
   */
  public StopSignal(Consumer<String> told) {
    this.told = told;
  }

  /** Asks the loop to stop after the current iteration. */
  public void request() {
    requested = true;
  }

  /** Returns whether the loop was asked to stop. */
  public boolean requested() {
    return requested;
  }

  /**
   * Runs {@code work} so that Ctrl-C asks it to stop and waits for it.
   *
   * @param seconds how long the JVM waits at most
   * @throws StoppedException if {@code work} does; where the JVM is ending, the message is on
   *     standard error before that
   */
  public void guard(long seconds, Runnable work) {
    Thread hook =
        new Thread(
            () -> {
              ending = true;
              request();
              try {
                boolean saved = finished.await(seconds, TimeUnit.SECONDS);
                if (!saved) {
                  told.accept("The run did not stop in time; its last checkpoint is whole.");
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      work.run();
    } catch (StoppedException e) {
      if (!ending) {
        throw e;
      }
      // Nothing is sure to run once the hook is released.
      told.accept("\n" + e.getMessage());
      throw new StoppedException(e.getMessage(), true);
    } finally {
      finished.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM is shutting down already; the hook has been released above.
        requested = true;
      }
    }
  }
}
