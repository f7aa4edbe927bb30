package org.crossfade.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void polyStartsAtItsBaseAndStaysAtItsMinimum() {
    var poly = new Schedule.Poly(0.5, 0.9, 10, 0.1);

    assertThat(poly.rateAt(0)).isEqualTo(0.5);
    assertThat(poly.rateAt(10)).isEqualTo(0.1);
    assertThat(poly.rateAt(25)).isEqualTo(0.1);
  }

  @Test
  void warmUpRisesFromItsRatioToTheRegularRate() {
    var warmed = new Schedule.LinearWarmup(Schedule.constant(2), 4, 0.5);

    assertThat(warmed.rateAt(0)).isEqualTo(1);
    assertThat(warmed.rateAt(2)).isCloseTo(1.5, offset(1e-12));
    assertThat(warmed.rateAt(4)).isEqualTo(2);
  }

  @Test
  void factorScalesEveryRate() {
    assertThat(new Schedule.Poly(0.5, 1, 10).times(10).rateAt(5)).isEqualTo(2.5);
  }

  @Test
  void schedulesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Schedule.Poly(0.5, 0.9, 0)).hasMessageContaining("horizon");
    assertThatThrownBy(() -> new Schedule.Poly(0.1, 0.9, 10, 0.5)).hasMessageContaining("minimum");
  }
}
