package org.crossfade.training.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The memory that this process holds, and the most that it has held, from {@code /proc}: Linux
 * alone says so.
 */
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String PEAK = "VmHWM:";
  private static final String NOW = "VmRSS:";

  private PeakMemory() {}

  /**
   * Forgets the peak so far, so that the next one belongs to what runs from here, and not to
   * garbage of preparations either, which is collected first.
   *
   * @return whether that was possible
   */
  public static boolean forget() {
    if (!Files.isWritable(CLEAR)) {
      return false;
    }
    System.gc();
    try {
      // 5 sets the peak to the present size; proc(5).
      Files.write(CLEAR, "5".getBytes(StandardCharsets.US_ASCII));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns the largest resident set so far, in bytes; empty on systems that keep no such record in
   * {@code /proc} (all but Linux).
   */
  public static OptionalLong bytes() {
    return read(PEAK);
  }

  /** Returns the resident set at this moment, in bytes; empty where {@link #bytes} is. */
  public static OptionalLong resident() {
    return read(NOW);
  }

  private static OptionalLong read(String line) {
    if (!Files.isReadable(STATUS)) {
      return OptionalLong.empty();
    }
    try {
      return parse(Files.readAllLines(STATUS), line);
    } catch (IOException e) {
      throw new UncheckedIOException(STATUS + " can't be read", e);
    }
  }

  /** Reads a line like {@code VmHWM: 1024 kB}. */
  public static OptionalLong parse(List<String> status) {
    return parse(status, PEAK);
  }

  private static OptionalLong parse(List<String> status, String wanted) {
    return status.stream()
        .filter(line -> line.startsWith(wanted))
        .map(line -> line.substring(wanted.length()).replace("kB", "").strip())
        .mapToLong(kilobytes -> Long.parseLong(kilobytes) * 1024)
        .findFirst();
  }
}
