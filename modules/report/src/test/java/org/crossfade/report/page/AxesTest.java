package org.crossfade.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AxesTest {
  @Test
  void axisHasRoundValuesAroundTheData() {
    Ticks ticks = Ticks.around(7.3, 11.9, 4);
    assertThat(ticks.values()).containsExactly(6.0, 8.0, 10.0, 12.0);
    assertThat(ticks.position(9)).isEqualTo(0.5);
    assertThat(Ticks.around(0, 0.37, 4).decimals()).isEqualTo(1);
  }

  @Test
  void axisOfOneValueStillHasALength() {
    Ticks ticks = Ticks.around(5, 5, 4);
    assertThat(ticks.high()).isGreaterThan(ticks.low());
    assertThat(ticks.position(5)).isBetween(0.0, 1.0);
  }

  @Test
  void axisOfIterationsEndsAtTheLast() {
    Ticks ticks = Ticks.upTo(280, 5);
    assertThat(ticks.position(280)).isEqualTo(1);
    assertThat(ticks.values()).containsExactly(0.0, 100.0, 200.0);
  }

  @Test
  void differencesAreTintedByDirectionAndSize() {
    assertThat(Tint.of(OptionalDouble.of(0.004))).isEmpty();
    assertThat(Tint.of(OptionalDouble.of(0.01))).isEqualTo("gain1");
    assertThat(Tint.of(OptionalDouble.of(-0.05))).isEqualTo("loss2");
    assertThat(Tint.of(OptionalDouble.of(-0.5))).isEqualTo("loss3");
    assertThat(Tint.of(OptionalDouble.empty())).isEmpty();
  }

  @Test
  void differencesCarryTheirSign() {
    assertThat(Numbers.points(OptionalDouble.of(0.0512))).isEqualTo("+5.1");
    assertThat(Numbers.points(OptionalDouble.of(-0.0512))).isEqualTo("−5.1");
    assertThat(Numbers.points(OptionalDouble.of(-0.0001))).isEqualTo("±0.0");
  }
}
