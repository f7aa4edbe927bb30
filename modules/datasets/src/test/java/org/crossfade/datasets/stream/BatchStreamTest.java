package org.crossfade.datasets.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.crossfade.core.data.Batch;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.data.SampleTransform.RandomFlip;
import org.crossfade.core.data.SampleTransform.RandomScaleCrop;
import org.crossfade.datasets.MemoryDataset;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.sampling.SamplingOrder;
import org.junit.jupiter.api.Test;

class BatchStreamTest {
  private static final List<SampleTransform> RANDOM =
      List.of(new RandomScaleCrop(0.5, 1.5, 4, 4), new RandomFlip(0.5));

  private static MemoryDataset dataset(int size) {
    return new MemoryDataset(Collections.nCopies(size, List.of(1, 2, 3, 4, 5)));
  }

  private static BatchStream stream(DecodingPool pool, long position) {
    return BatchStream.endless(
        pool, dataset(7), SamplingOrder.epochs(7, 1), RANDOM, 99, 3, 2, position);
  }

  private static BatchStream inOrder(DecodingPool pool, MemoryDataset dataset, int batch) {
    SamplingOrder order = SamplingOrder.sequential(dataset.size());
    return BatchStream.endless(pool, dataset, order, List.of(), 0, batch, 1, 0);
  }

  private static List<String> take(BatchStream stream, int batches) {
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      Batch batch = stream.next();
      taken.add(batch.ids() + Arrays.toString(batch.images()) + Arrays.toString(batch.labels()));
    }
    return taken;
  }

  @Test
  void seekingIsReplaying() {
    try (DecodingPool pool = new DecodingPool(2);
        BatchStream whole = stream(pool, 0)) {
      take(whole, 4);
      long position = whole.position();
      assertThat(position).isEqualTo(12);
      List<String> rest = take(whole, 4);
      try (BatchStream resumed = stream(pool, position)) {
        assertThat(take(resumed, 4)).isEqualTo(rest);
      }
    }
  }

  @Test
  void numberOfThreadsDoesNotMatter() {
    try (DecodingPool one = new DecodingPool(1);
        DecodingPool five = new DecodingPool(5);
        BatchStream slow = stream(one, 0);
        BatchStream fast = stream(five, 0)) {
      assertThat(take(fast, 20)).isEqualTo(take(slow, 20));
    }
  }

  @Test
  void errorOfADecodingThreadSurfacesWithItsFileAndKeepsThePosition() {
    MemoryDataset broken = new MemoryDataset(List.of(List.of(0), List.of(0), List.of(-1)));
    try (DecodingPool pool = new DecodingPool(2);
        BatchStream stream = inOrder(pool, broken, 2)) {
      stream.next();
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(stream::next)
          .withMessageContaining("labels/m2.png");
      assertThat(stream.position()).isEqualTo(2);
    }
  }

  @Test
  void closedStreamsAndPoolsLeaveNoThreadBehind() {
    DecodingPool pool = new DecodingPool(3);
    BatchStream stream = stream(pool, 0);
    take(stream, 1);
    stream.close();
    pool.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("decoding-"));
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(stream::next);
  }

  @Test
  void closingThePoolDoesNotLeaveItsStreamsWaiting() {
    DecodingPool pool = new DecodingPool(1);
    BatchStream stream = stream(pool, 0);
    pool.close();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> take(stream, 3))
        .withMessageContaining("closed");
    stream.close();
  }

  @Test
  void sizesMustBePositive() {
    assertThatIllegalArgumentException().isThrownBy(() -> new DecodingPool(0));
    try (DecodingPool pool = new DecodingPool(1)) {
      assertThatIllegalArgumentException().isThrownBy(() -> inOrder(pool, dataset(1), 0));
    }
  }
}
