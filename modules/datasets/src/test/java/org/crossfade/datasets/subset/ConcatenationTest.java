package org.crossfade.datasets.subset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.crossfade.core.data.Dataset;
import org.crossfade.datasets.MemoryDataset;
import org.crossfade.datasets.sampling.SamplingOrder;
import org.junit.jupiter.api.Test;

/** Two images, then three others. */
class ConcatenationTest {
  private final Dataset first = new MemoryDataset(List.of(List.of(1), List.of(2)));
  private final Dataset second = new MemoryDataset(List.of(List.of(3), List.of(4), List.of(5)));
  private final Dataset both = new Concatenation(first, second);

  @Test
  void samplesOfTheSecondFollowThoseOfTheFirst() {
    assertThat(both.size()).isEqualTo(5);
    assertThat(IntStream.range(0, 5).map(i -> both.readLabels(i).at(0, 0)))
        .containsExactly(1, 2, 3, 4, 5);
    assertThat(both.id(3)).isEqualTo(second.id(1));
    assertThat(both.read(1).image().rgb()).isEqualTo(first.readImage(1).rgb());
    assertThat(both.readImage(2).rgb()).isEqualTo(second.readImage(0).rgb());
    assertThat(both.labelled()).isTrue();
  }

  @Test
  void anEpochHasEachSampleOfBothOnceInAnyOrder() {
    SamplingOrder order = SamplingOrder.epochs(both.size(), 7);

    assertThat(IntStream.range(0, 5).map(order::indexAt)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(IntStream.range(5, 10).map(order::indexAt)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }

  @Test
  void whatItHoldsIsToldByBothAndByTheirOrder() {
    assertThat(both.fingerprint())
        .isEqualTo(new Concatenation(first, second).fingerprint())
        .isNotIn(
            first.fingerprint(),
            second.fingerprint(),
            new Concatenation(second, first).fingerprint());
  }
}
