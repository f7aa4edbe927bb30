package org.crossfade.training.cli;

import java.util.ArrayList;
import java.util.List;

/** Makes a message fit to be shown: it may quote what a stranger's file holds. */
final class Screen {
  private static final int MOST_LINES = 200;
  private static final int WIDEST_LINE = 2000;

  private Screen() {}

  /** Returns a message without control characters, cut where it is longer than people read. */
  static String fit(String message) {
    List<String> lines = String.valueOf(message).lines().toList();
    var shown = new ArrayList<String>();
    for (String line : lines.subList(0, Math.min(lines.size(), MOST_LINES))) {
      shown.add(
          line.length() > WIDEST_LINE
              ? escaped(line.substring(0, WIDEST_LINE)) + "..."
              : escaped(line));
    }
    if (lines.size() > MOST_LINES) {
      shown.add("and " + (lines.size() - MOST_LINES) + " more lines");
    }
    return String.join("\n", shown);
  }

  private static String escaped(String line) {
    var text = new StringBuilder();
    line.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) && c != '\t') {
                text.append("\\u%04x".formatted(c));
              } else {
                text.appendCodePoint(c);
              }
            });
    return text.toString();
  }
}
