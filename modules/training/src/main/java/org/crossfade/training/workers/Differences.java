package org.crossfade.training.workers;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** What two texts do not have in common, line by line. */
final class Differences {
  private static final int SHOWN = 10;

  private Differences() {}

  /** Returns the lines that only one of the texts has. */
  static String of(String first, String second) {
    var one = new LinkedHashSet<>(Splitter.on('\n').splitToList(first));
    var other = new LinkedHashSet<>(Splitter.on('\n').splitToList(second));
    var lines = new ArrayList<String>();
    one.stream()
        .filter(line -> !other.contains(line))
        .forEach(line -> lines.add("  first: " + line));
    other.stream()
        .filter(line -> !one.contains(line))
        .forEach(line -> lines.add("  other: " + line));
    if (lines.isEmpty()) {
      return "  the same lines in another order";
    }
    List<String> shown = lines.stream().limit(SHOWN).toList();
    return String.join("\n", shown) + (lines.size() > SHOWN ? "\n  ..." : "");
  }
}
