package org.crossfade.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.crossfade.benchmark.BenchmarkResult.Iteration;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.training.run.PeakMemory;
import org.junit.jupiter.api.Test;

/** Figures and samples of a benchmark. */
class BenchmarkResultTest {
  private static BenchmarkResult of(OptionalLong peak, double... seconds) {
    List<Iteration> iterations =
        Arrays.stream(seconds)
            .mapToObj(s -> new Iteration(s, OptionalDouble.of(s / 1.25)))
            .toList();
    return new BenchmarkResult("m", "p", 2, 1, Map.of("seg", 3f), iterations, peak);
  }

  @Test
  void medianIsTheMiddleOrTheMeanOfTheMiddleTwo() {
    assertThat(of(OptionalLong.empty(), 9, 1, 2).median()).isEqualTo(2);
    assertThat(of(OptionalLong.empty(), 9, 1, 2, 4).median()).isEqualTo(3);
    assertThat(of(OptionalLong.empty(), 9, 1, 2).min()).isEqualTo(1);
    assertThat(of(OptionalLong.empty(), 9, 1, 2).max()).isEqualTo(9);
  }

  @Test
  void loopShareIsRelativeToTheTimeInTheSession() {
    assertThat(of(OptionalLong.empty(), 5, 10).loopShare().orElseThrow())
        .isCloseTo(0.25, within(1e-12));
  }

  @Test
  void textSaysWhenTheSystemHasNoRecordOfMemory() {
    assertThat(of(OptionalLong.empty(), 1).render()).contains("not available");
    assertThat(of(OptionalLong.of(2_900_000_000L), 1).render()).contains("2900 MB");
  }

  @Test
  void peakMemoryIsReadInKilobytes() {
    assertThat(PeakMemory.parse(List.of("VmPeak:\t 9 kB", "VmHWM:\t    3000 kB")))
        .hasValue(3000 * 1024L);
    assertThat(PeakMemory.parse(List.of("Name:\tjava"))).isEmpty();
  }

  @Test
  void formulaSamplesAreNoiseOfTheFullRange() {
    var dataset = new FormulaDataset("source", 64, 32, 1, LabelSpace.of(19), 11);
    var sample = dataset.read(0);
    int[] counts = new int[256];
    for (byte id : sample.labels().orElseThrow().trainIds()) {
      counts[id & 0xFF]++;
    }
    for (int value = 0; value < 256; value++) {
      // 2048 pixels over 19 classes and the ignored: about 102 each.
      boolean possible = value < 19 || value == LabelSpace.IGNORE;
      assertThat(counts[value]).isBetween(possible ? 60 : 0, possible ? 150 : 0);
    }
    double sum = 0;
    for (byte value : sample.image().rgb()) {
      sum += value & 0xFF;
    }
    assertThat(sum / sample.image().rgb().length).isCloseTo(127.5, within(5.0));
    assertThat(dataset.read(0)).isEqualTo(sample);
  }
}
