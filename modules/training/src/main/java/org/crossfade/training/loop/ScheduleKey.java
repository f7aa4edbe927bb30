package org.crossfade.training.loop;

import com.google.common.hash.Hasher;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.crossfade.core.optim.Schedule;

/**
 * Adds a schedule to a hash. Schedules that are data, records of numbers and of other schedules, go
 * in by what they are made of; of others nothing is known but their rates, all of which go in.
 */
final class ScheduleKey {
  private ScheduleKey() {}

  /**
   * Adds the rates of a phase's iterations.
   *
   * @param scheduled iteration of the schedule at the phase's first one
   * @param iterations of the phase
   */
  static void put(Hasher hasher, Schedule schedule, long scheduled, long iterations) {
    Optional<String> description = describe(schedule);
    hasher.putBoolean(description.isPresent());
    hasher.putLong(iterations);
    if (description.isPresent()) {
      hasher.putLong(scheduled);
      hasher.putInt(description.get().length());
      hasher.putString(description.get(), StandardCharsets.UTF_8);
      return;
    }
    for (long i = 0; i < iterations; i++) {
      hasher.putDouble(schedule.rateAt(scheduled + i));
    }
  }

  /** Returns what a value is made of, where that says all of it. */
  private static Optional<String> describe(Object value) {
    if (value instanceof Number || value instanceof Boolean || value instanceof Enum<?>) {
      return Optional.of(value.toString());
    }
    if (!(value instanceof Record)) {
      return Optional.empty();
    }
    var text = new StringBuilder(value.getClass().getName()).append('(');
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      Optional<String> part = read(component, value).flatMap(ScheduleKey::describe);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      text.append(component.getName()).append('=').append(part.get()).append(';');
    }
    return Optional.of(text.append(')').toString());
  }

  private static Optional<Object> read(RecordComponent component, Object record) {
    try {
      component.getAccessor().setAccessible(true);
      return Optional.ofNullable(component.getAccessor().invoke(record));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
