package org.crossfade.datasets.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PrefetcherTest {
  @Test
  void valuesComeInOrderAndEndWhereTold() {
    try (DecodingPool pool = new DecodingPool(2);
        Prefetcher<Long> squares = new Prefetcher<>(pool, at -> at * at, 2, 5, 2)) {
      List<Long> taken = new ArrayList<>();
      while (squares.hasNext()) {
        taken.add(squares.next());
      }
      assertThat(taken).containsExactly(4L, 9L, 16L);
      assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(squares::next);
    }
  }

  @Test
  void neverReadsFurtherAheadThanTold() {
    AtomicInteger read = new AtomicInteger();
    try (DecodingPool pool = new DecodingPool(4);
        Prefetcher<Integer> prefetcher =
            new Prefetcher<>(pool, at -> read.incrementAndGet(), 0, Long.MAX_VALUE, 3)) {
      for (int taken = 1; taken <= 50; taken++) {
        prefetcher.next();
        assertThat(read.get()).isLessThanOrEqualTo(taken + 3);
      }
    }
  }
}
