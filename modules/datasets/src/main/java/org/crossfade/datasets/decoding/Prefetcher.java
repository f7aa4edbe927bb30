package org.crossfade.datasets.decoding;

import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/**
 * Values of a pure function at consecutive positions, in order, computed ahead by a pool. The
 * values do not depend on the number of threads. To be used from one thread.
 *
 * @param <T> what is read
 */
public final class Prefetcher<T> implements AutoCloseable {
  private final DecodingPool pool;
  private final LongFunction<T> read;
  private final long end;
  private final int ahead;
  private final Queue<Future<T>> pending = new ArrayDeque<>();
  private long position;
  private long submitted;

  /**
   * Starts to read.
   *
   * @param pool the threads that compute values
   * @param read a pure function, safe from several threads
   * @param start the first position
   * @param end the position after the last one; {@link Long#MAX_VALUE} if there is none
   * @param ahead the most values that are computed but not yet taken, at least 1
   */
  public Prefetcher(DecodingPool pool, LongFunction<T> read, long start, long end, int ahead) {
    if (start < 0 || start > end) {
      throw new IllegalArgumentException("cannot start at " + start + " in 0.." + end);
    }
    if (ahead < 1) {
      throw new IllegalArgumentException("expected to read at least 1 ahead, found " + ahead);
    }
    this.pool = pool;
    this.read = read;
    this.end = end;
    this.ahead = ahead;
    this.position = start;
    this.submitted = start;
    fill();
  }

  /** Whether another value follows. */
  public boolean hasNext() {
    return position < end;
  }

  /** The position of the value that {@link #next} answers. */
  public long position() {
    return position;
  }

  /**
   * The next value; waits until it is computed. What its computation threw is thrown here, and
   * {@link #position} stays.
   */
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the stream ends at " + end);
    }
    Future<T> future = pending.peek();
    if (future == null) {
      throw new IllegalStateException("the stream is closed");
    }
    try {
      T value = future.get();
      pending.remove();
      position++;
      fill();
      return value;
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (CancellationException e) {
      throw new IllegalStateException("the decoding pool was closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CancellationException interrupted =
          new CancellationException("interrupted while waiting for sample " + position);
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      return unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(cause);
  }

  private void fill() {
    while (pending.size() < ahead && submitted < end) {
      long at = submitted++;
      pending.add(pool.submit(() -> read.apply(at)));
    }
  }

  /** Drops what is being computed; the pool goes on for others. */
  @Override
  public void close() {
    pending.forEach(future -> future.cancel(false));
    pending.clear();
  }
}
