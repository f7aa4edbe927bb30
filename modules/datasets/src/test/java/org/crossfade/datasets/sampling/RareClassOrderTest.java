package org.crossfade.datasets.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.RareClasses;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.datasets.MemoryDataset;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.stream.BatchStream;
import org.junit.jupiter.api.Test;

class RareClassOrderTest {
  /** Class 0 in all images, class 1 in one, class 2 in none. */
  private static final ClassPixelCounts COUNTS =
      ClassPixelCounts.of(List.of(List.of(100, 0, 0), List.of(90, 10, 0), List.of(100, 0, 0)));

  @Test
  void probabilitiesAreTheSoftmaxOfRarity() {
    var probabilities = RareClassOrder.probabilities(COUNTS, 0.5);

    double common = Math.exp((1 - 290.0 / 300) / 0.5);
    double rare = Math.exp((1 - 10.0 / 300) / 0.5);
    assertThat(probabilities.keySet()).containsExactly(1, 0);
    assertThat(probabilities.get(1)).isCloseTo(rare / (rare + common), within(1e-12));
    assertThat(probabilities.get(0)).isCloseTo(common / (rare + common), within(1e-12));
  }

  @Test
  void imagesHaveMoreThanEnoughOfTheDrawnClass() {
    var order = new RareClassOrder(COUNTS, new RareClasses(1, 9, 0.5, 10), 5);
    for (long i = 0; i < 200; i++) {
      SamplingOrder.Quota quota = order.quotaAt(i).orElseThrow();
      assertThat(COUNTS.pixels(order.indexAt(i), quota.classId())).isGreaterThan(9);
      assertThat(quota.moreThan()).isEqualTo(4.5);
    }
    assertThat(LongStream.range(0, 200).filter(i -> order.indexAt(i) == 1).count())
        .isBetween(60L, 180L);
  }

  @Test
  void classesWithoutASuitableImageAreLeftOut() {
    var order = new RareClassOrder(COUNTS, new RareClasses(0.01, 10, 1, 10), 5);

    assertThat(LongStream.range(0, 50).map(i -> order.quotaAt(i).orElseThrow().classId()))
        .containsOnly(0L);
  }

  @Test
  void noSuitableImageIsAnErrorThatSaysWhatToDo() {
    assertThatThrownBy(() -> new RareClassOrder(COUNTS, new RareClasses(0.01, 3000, 2, 10), 5))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3000")
        .hasMessageContaining("min-pixels");
  }

  @Test
  void drawsWithReplacementArePureFunctionsOfThePosition() {
    SamplingOrder order = SamplingOrder.withReplacement(7, 3);

    assertThat(LongStream.range(0, 100).map(order::indexAt))
        .containsExactly(
            LongStream.range(0, 100)
                .map(SamplingOrder.withReplacement(7, 3)::indexAt)
                .boxed()
                .toArray(Long[]::new))
        .allMatch(i -> i >= 0 && i < 7)
        .contains(0L, 1L, 2L, 3L, 4L, 5L, 6L);
  }

  /** A corner pixel has class 4: some crops of 2x2 show it, most do not. */
  @Test
  void samplesAreTransformedAnewUntilTheyShowTheClass() {
    var dataset = new MemoryDataset(List.of(List.of(4)));
    List<SampleTransform> crop = List.of(new SampleTransform.RandomCrop(2, 2));

    assertThat(shown(dataset, crop, SamplingOrder.sequential(1))).isLessThan(20);
    assertThat(shown(dataset, crop, quota(200))).isEqualTo(60);
    assertThat(shown(dataset, crop, quota(1))).isBetween(1, 40);
  }

  private static SamplingOrder quota(int attempts) {
    return new SamplingOrder() {
      @Override
      public int indexAt(long position) {
        return 0;
      }

      @Override
      public Optional<Quota> quotaAt(long position) {
        return Optional.of(new Quota(4, 0, attempts));
      }
    };
  }

  private static int shown(
      MemoryDataset dataset, List<SampleTransform> transforms, SamplingOrder order) {
    int shown = 0;
    try (var pool = new DecodingPool(1);
        var stream = BatchStream.endless(pool, dataset, order, transforms, 9, 1, 1, 0)) {
      for (int i = 0; i < 60; i++) {
        for (byte id : stream.next().labels()) {
          shown += id == 4 ? 1 : 0;
        }
      }
    }
    return shown;
  }
}
