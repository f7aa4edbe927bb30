package org.crossfade.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Cases whose tolerance is widened because another order of summation rounds a little worse.
 *
 * <p>They are the rows of the tables of {@code ROUNDING.md} in a directory of cases: the case's
 * name, its slack, and further columns that say why it is rounding and nothing else.
 *
 * @param slack by the case's name, above 1 and at most {@value #LARGEST_SLACK}
 */
record Rounding(Map<String, Double> slack) {
  /** The file. */
  static final String FILE = "ROUNDING.md";

  /** What needs more than this is a bug. */
  static final double LARGEST_SLACK = 24;

  Rounding {
    slack = Map.copyOf(slack);
  }

  /**
   * Reads the file of a directory; a directory without one widens nothing.
   *
   * @throws IllegalArgumentException if a slack is no number or out of range
   */
  static Rounding of(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return new Rounding(Map.of());
    }
    try {
      Map<String, Double> slack = new TreeMap<>();
      for (String line : Files.readAllLines(file)) {
        String[] cells = line.strip().split("\\s*\\|\\s*", -1);
        // | name | slack | ...: a cell before the first bar.
        if (cells.length > 3 && cells[1].contains("--") && !cells[1].startsWith("-")) {
          slack.put(cells[1], number(file, cells[1], cells[2]));
        }
      }
      return new Rounding(slack);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** Returns the factor on the tolerances of a case: 1 unless it is listed. */
  double slackOf(String name) {
    return slack.getOrDefault(name, 1.0);
  }

  private static double number(Path file, String name, String text) {
    try {
      double slack = Double.parseDouble(text);
      if (slack > 1 && slack <= LARGEST_SLACK) {
        return slack;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a number out of range is.
    }
    throw new IllegalArgumentException(
        "%s: the slack of %s must lie above 1 and be at most %s, found '%s'"
            .formatted(file, name, LARGEST_SLACK, text));
  }
}
