package org.crossfade.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PairedGainTest {
  private static final Map<Long, Double> CONTROL =
      Map.of(0L, 0.30, 1L, 0.20, 2L, 0.40, 3L, 0.30, 4L, 0.30);

  @Test
  void seedsArePairedSoThatTheirOwnSpreadCancels() {
    // Differences 0.01, 0.02, 0.03, 0.02, 0.02: mean 0.02, deviation √(2e-4/4), error /√5.
    var higher = Map.of(0L, 0.31, 1L, 0.22, 2L, 0.43, 3L, 0.32, 4L, 0.32);
    PairedGain gain = PairedGain.of(higher, CONTROL).orElseThrow();
    assertThat(gain.difference().mean()).isCloseTo(0.02, within(1e-12));
    assertThat(gain.standardError().orElseThrow())
        .isCloseTo(Math.sqrt(2e-4 / 4 / 5), within(1e-12));
    assertThat(gain.shown()).isTrue();
    assertThat(gain.points()).isEqualTo("+2.0 ± 0.3");
    assertThat(gain.verdict()).isEqualTo("shown");
  }

  @Test
  void aMeanWithinTwoStandardErrorsIsNotShown() {
    // Differences 0.06, −0.02, 0.06, −0.02, 0.02: mean 0.02, error √(0.0064/4)/√5 = 0.0179.
    var higher = Map.of(0L, 0.36, 1L, 0.18, 2L, 0.46, 3L, 0.28, 4L, 0.32);
    PairedGain gain = PairedGain.of(higher, CONTROL).orElseThrow();
    assertThat(gain.shown()).isFalse();
    assertThat(gain.verdict()).isEqualTo("not shown");
  }

  @Test
  void fewerThanFiveSeedsShowNothingHoweverLargeTheGain() {
    PairedGain four =
        PairedGain.of(Map.of(0L, 0.9, 1L, 0.8, 2L, 0.99, 3L, 0.9), CONTROL).orElseThrow();
    assertThat(four.shown()).isFalse();
    assertThat(four.verdict()).contains("4 seeds");
    PairedGain one = PairedGain.of(Map.of(0L, 0.9), CONTROL).orElseThrow();
    assertThat(one.standardError()).isEmpty();
    assertThat(one.points()).isEqualTo("+60.0");
  }

  @Test
  void onlyCommonSeedsCount() {
    PairedGain gain = PairedGain.of(Map.of(0L, 0.5, 7L, 0.9), CONTROL).orElseThrow();
    assertThat(gain.seeds()).containsExactly(0L);
    assertThat(PairedGain.of(Map.of(7L, 0.9), CONTROL)).isEmpty();
  }
}
