package org.crossfade.datasets.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.crossfade.core.data.DataException;
import org.crossfade.datasets.MemoryDataset;
import org.crossfade.datasets.decoding.DecodingPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplingTest {
  private final DecodingPool pool = new DecodingPool(2);

  @TempDir Path cache;

  @AfterEach
  void stopThePool() {
    pool.close();
  }

  private static int[] draws(SamplingOrder order, long from, long to) {
    return LongStream.range(from, to).mapToInt(order::indexAt).toArray();
  }

  @Test
  void everyEpochIsAnotherPermutation() {
    SamplingOrder order = SamplingOrder.epochs(50, 7);
    int[] first = draws(order, 0, 50);
    int[] second = draws(order, 50, 100);
    int[] all = IntStream.range(0, 50).toArray();
    assertThat(first).containsExactlyInAnyOrder(all).isNotEqualTo(all);
    assertThat(second).containsExactlyInAnyOrder(all).isNotEqualTo(first);
  }

  @Test
  void repeatedListHasEverySampleEquallyOftenAndMayRepeatClosely() {
    SamplingOrder order = SamplingOrder.repeatedThenShuffled(10, 95, 3);
    int[] draws = draws(order, 0, 100);
    for (int i = 0; i < 10; i++) {
      int sample = i;
      assertThat(IntStream.of(draws).filter(d -> d == sample).count()).isEqualTo(10);
    }
    assertThat(IntStream.range(1, 100).filter(i -> draws[i] == draws[i - 1]).count()).isPositive();
  }

  @Test
  void ordersArePureFunctionsOfSeedAndPosition() {
    SamplingOrder walked = SamplingOrder.epochs(20, 5);
    int[] forwards = draws(walked, 0, 200);
    SamplingOrder jumped = SamplingOrder.epochs(20, 5);
    assertThat(jumped.indexAt(173)).isEqualTo(forwards[173]);
    assertThat(jumped.indexAt(2)).isEqualTo(forwards[2]);
    assertThat(draws(SamplingOrder.epochs(20, 6), 0, 200)).isNotEqualTo(forwards);
    assertThat(draws(SamplingOrder.sequential(3), 0, 5)).containsExactly(0, 1, 2, 0, 1);
  }

  @Test
  void nothingIsDrawnFromNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> SamplingOrder.epochs(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> SamplingOrder.sequential(0));
  }

  /** Of 100 images all have road and only the last two have a train. */
  private static MemoryDataset skewed() {
    return new MemoryDataset(
        IntStream.range(0, 100).mapToObj(i -> i < 98 ? List.of(0) : List.of(0, 16)).toList());
  }

  @Test
  void rareClassesAreDrawnAtTheRateOfTheRule() {
    ClassPixelCounts presence = ClassPixelCounts.scan(skewed(), pool);
    int[] draws = draws(new ClassBalancedOrder(presence, 2999, 11), 0, 3000);
    double withTrain = IntStream.of(draws).filter(i -> i >= 98).count() / 3000.0;
    // At equilibrium a share t of the draws holds a train, so n_road : n_train = 1 : t and
    // t = w_train / (w_train + w_road) plus what road's own list adds (2 of 100).
    double expected = equilibrium();
    assertThat(withTrain).isCloseTo(expected, within(0.03)).isGreaterThan(0.5);
  }

  private static double equilibrium() {
    double t = 0.5;
    for (int i = 0; i < 200; i++) {
      double train = 1 / Math.log(1.01 + t / (1 + t));
      double road = 1 / Math.log(1.01 + 1 / (1 + t));
      double drawTrain = train / (train + road);
      t = 0.5 * t + 0.5 * (drawTrain + (1 - drawTrain) * 0.02);
    }
    return t;
  }

  @Test
  void classBalancedOrderIsReplayedFromItsSeed() {
    ClassPixelCounts presence = ClassPixelCounts.scan(skewed(), pool);
    int[] draws = draws(new ClassBalancedOrder(presence, 4000, 1), 0, 6000);
    assertThat(new ClassBalancedOrder(presence, 4000, 1).indexAt(4321)).isEqualTo(draws[4321]);
    assertThat(draws(new ClassBalancedOrder(presence, 4000, 2), 0, 6000)).isNotEqualTo(draws);
  }

  @Test
  void imagesWithoutAnyClassCannotBeBalanced() {
    ClassPixelCounts empty = ClassPixelCounts.scan(new MemoryDataset(List.of(List.of())), pool);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClassBalancedOrder(empty, 10, 1))
        .withMessageContaining("needs labels");
  }

  @Test
  void scanIsKeptForTheSameDataSet() throws IOException {
    ClassPixelCounts first = ClassPixelCounts.cached(skewed(), cache, pool);
    try (var files = Files.list(cache)) {
      assertThat(files).hasSize(1);
    }
    DecodingPool closed = new DecodingPool(1);
    closed.close();
    ClassPixelCounts second = ClassPixelCounts.cached(skewed(), cache, closed);
    assertThat(second.imagesWith(16)).containsExactly(98, 99).isEqualTo(first.imagesWith(16));
    assertThat(second.presentClasses()).containsExactly(0, 16);
  }

  @Test
  void brokenScanIsDoneAgain() throws IOException {
    ClassPixelCounts.cached(skewed(), cache, pool);
    Path file;
    try (var files = Files.list(cache)) {
      file = files.findFirst().orElseThrow();
    }
    Files.writeString(file, "{\"classes\": 19, \"pixels-of-images\": [[0");
    assertThat(ClassPixelCounts.cached(skewed(), cache, pool).imagesWith(16)).hasSize(2);
  }

  @Test
  void scanNamesTheUnreadableFile() {
    MemoryDataset broken = new MemoryDataset(List.of(List.of(0), List.of(-1)));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ClassPixelCounts.scan(broken, pool))
        .withMessageContaining("labels/m1.png");
  }
}
