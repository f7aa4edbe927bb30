package org.crossfade.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory of parity cases and the factor on their tolerances.
 *
 * @param path holds {@code NAME.json} beside {@code NAME.safetensors}
 * @param slack multiplies every tolerance; 1 unless rounding is being studied
 */
public record ParityDirectory(Path path, double slack) {
  /**
   * @throws IllegalArgumentException if there is no such directory or the slack is not positive
   */
  public ParityDirectory {
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException(
          "no directory of parity cases at "
              + path.toAbsolutePath()
              + "; set -Dparity.dir=DIR to one that exists");
    }
    if (!(slack > 0)) {
      throw new IllegalArgumentException(
          "parity.slack is " + slack + ", expected a factor above 0");
    }
  }

  /**
   * The directory in the system property {@code parity.dir} (which the build sets) with the slack
   * in {@code parity.slack}; without the property, as in an editor, the nearest {@code
   * reference-results/parity} of the working directory and those above it.
   */
  public static ParityDirectory configured() {
    String property = System.getProperty("parity.dir");
    Path path = property != null ? Path.of(property) : nearest();
    String slack = System.getProperty("parity.slack", "1");
    try {
      return new ParityDirectory(path, Double.parseDouble(slack));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("parity.slack is '" + slack + "', expected a number", e);
    }
  }

  /**
   * The factor on the tolerances of a case: {@link #slack}, times the case's own where it is listed
   * in {@code ROUNDING.md} of this directory or, if that has none, of the project's.
   */
  double slackOf(String name) {
    boolean own = Files.exists(path.resolve(Rounding.FILE));
    return slack * Rounding.of(own ? path : nearest()).slackOf(name);
  }

  /** All cases, by name; arrays are read when a case runs. */
  public List<ParityCase> cases() {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".json"))
          .sorted()
          .map(ParityCase::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the parity cases in " + path, e);
    }
  }

  private static Path nearest() {
    Path relative = Path.of("reference-results", "parity");
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(relative))) {
        return at.resolve(relative);
      }
    }
    return relative;
  }
}
