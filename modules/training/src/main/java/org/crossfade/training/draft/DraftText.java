package org.crossfade.training.draft;

import java.util.Locale;

/** Lines of a file. */
final class DraftText {
  private final StringBuilder text = new StringBuilder();

  /** Adds a line, with values in the places of {@code %s} and {@code %d}. */
  DraftText line(String format, Object... values) {
    text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values));
    text.append('\n');
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
