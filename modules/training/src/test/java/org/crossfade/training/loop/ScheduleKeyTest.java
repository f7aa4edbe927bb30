package org.crossfade.training.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.crossfade.core.optim.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Distinct schedules stay distinct, and long ones cost nothing. */
class ScheduleKeyTest {
  @Test
  @Timeout(value = 5, unit = TimeUnit.SECONDS)
  void twoBillionIterationsAreHashedAtOnce() {
    var poly = new Schedule.Poly(0.01, 0.9, 2_000_000_000);

    assertThat(key(poly, 0, 2_000_000_000)).isEqualTo(key(poly, 0, 2_000_000_000));
    assertThat(key(new Schedule.LinearWarmup(poly.times(10), 5, 0.1), 0, 2_000_000_000))
        .isNotEqualTo(key(new Schedule.LinearWarmup(poly.times(11), 5, 0.1), 0, 2_000_000_000));
  }

  @Test
  void whateverChangesARateChangesTheKey() {
    List<Schedule> schedules =
        List.of(
            Schedule.constant(0.01),
            Schedule.constant(Math.nextUp(0.01)),
            Schedule.constant(0.01).times(2),
            new Schedule.Poly(0.01, 0.9, 100),
            new Schedule.Poly(0.01, 0.9, 101),
            new Schedule.Poly(0.01, 1, 100),
            new Schedule.Poly(0.01, 0.9, 100, 1e-5),
            new Schedule.LinearWarmup(new Schedule.Poly(0.01, 0.9, 100), 10, 1e-6),
            new Schedule.LinearWarmup(new Schedule.Poly(0.01, 0.9, 100), 11, 1e-6),
            iteration -> 0.01 * iteration,
            iteration -> iteration < 99 ? 0.01 * iteration : 0);

    assertThat(schedules.stream().map(schedule -> key(schedule, 0, 100)).distinct())
        .hasSize(schedules.size());
    assertThat(key(schedules.get(3), 0, 100)).isNotEqualTo(key(schedules.get(3), 50, 100));
    assertThat(key(schedules.get(3), 0, 100)).isNotEqualTo(key(schedules.get(3), 0, 50));
  }

  /** A record says all of itself alone where all its parts do. */
  @Test
  void aScheduleOfUnknownPartsGoesInByItsRates() {
    record Switched(Schedule before, Schedule after) implements Schedule {
      @Override
      public double rateAt(long iteration) {
        return iteration < 50 ? before.rateAt(iteration) : after.rateAt(iteration);
      }
    }
    Schedule one = new Switched(iteration -> 1, iteration -> 2);
    Schedule same = new Switched(iteration -> 1.0, iteration -> 4 / 2);
    Schedule other = new Switched(iteration -> 1, iteration -> 3);

    assertThat(key(one, 0, 100)).isEqualTo(key(same, 0, 100)).isNotEqualTo(key(other, 0, 100));
  }

  private static String key(Schedule schedule, long scheduled, long iterations) {
    Hasher hasher = Hashing.sha256().newHasher();
    ScheduleKey.put(hasher, schedule, scheduled, iterations);
    return hasher.hash().toString();
  }
}
