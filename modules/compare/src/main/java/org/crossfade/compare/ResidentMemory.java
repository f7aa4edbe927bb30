package org.crossfade.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The largest resident set of this process since it was last forgotten, from {@code /proc}: Linux
 * alone says so.
 */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private ResidentMemory() {}

  /**
   * Forgets the peak so far.
   *
   * @return whether that was possible; if not, {@link #peak} can't tell this run from earlier ones
   */
  static boolean forgetPeak() {
    if (!Files.isWritable(CLEAR)) {
      return false;
    }
    try {
      // 5 sets the peak to the present size; proc(5).
      Files.write(CLEAR, "5".getBytes(StandardCharsets.US_ASCII));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the peak in bytes, where the system tells. */
  static Optional<Long> peak() {
    if (!Files.isReadable(STATUS)) {
      return Optional.empty();
    }
    try {
      return peak(Files.readString(STATUS, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns the peak that the text of {@code /proc/self/status} says. */
  static Optional<Long> peak(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .filter(digits -> !digits.isEmpty())
        .map(digits -> Long.parseLong(digits) * 1024)
        .findFirst();
  }
}
