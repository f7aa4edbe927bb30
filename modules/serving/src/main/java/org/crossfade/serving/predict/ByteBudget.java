package org.crossfade.serving.predict;

import java.util.concurrent.atomic.AtomicLong;

/** Memory for bodies that are read or wait, so that many large ones at a time can't take it all. */
final class ByteBudget {
  private final AtomicLong left;

  ByteBudget(long bytes) {
    left = new AtomicLong(bytes);
  }

  /** Takes bytes; returns false, and takes none, if there are not so many left. */
  boolean take(long bytes) {
    if (left.addAndGet(-bytes) >= 0) {
      return true;
    }
    giveBack(bytes);
    return false;
  }

  void giveBack(long bytes) {
    left.addAndGet(bytes);
  }
}
