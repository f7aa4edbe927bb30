package org.crossfade.weights;

/**
 * Text of a file as it may be shown. Names in weight files are whatever their author wrote, control
 * sequences of a terminal and marks that turn the direction of writing included: here, and nowhere
 * else, such characters become escapes such as <code>&#92;u001b</code>.
 */
public final class PrintableText {
  private static final int SHOWN_OF_A_NAME = 120;

  private PrintableText() {}

  /**
   * {@return the text with every character escaped that is no visible one; blanks and letters stay}
   *
   * @param text of any origin
   */
  public static String of(String text) {
    if (text.codePoints().allMatch(PrintableText::isVisible)) {
      return text;
    }
    StringBuilder printable = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            character -> {
              if (isVisible(character)) {
                printable.appendCodePoint(character);
              } else if (Character.isBmpCodePoint(character)) {
                printable.append("\\u%04x".formatted(character));
              } else {
                printable.append("\\U%08x".formatted(character));
              }
            });
    return printable.toString();
  }

  /**
   * {@return the name escaped as by {@link #of}, of which at most 120 characters are shown}
   *
   * @param name of any origin and length
   */
  public static String name(String name) {
    return shortened(of(name), SHOWN_OF_A_NAME * 2 / 3, SHOWN_OF_A_NAME / 3);
  }

  /** A text without its middle if it is longer than what is kept of its start and its end. */
  static String shortened(String text, int start, int end) {
    if (text.length() <= start + end) {
      return text;
    }
    return text.substring(0, start)
        + "[... "
        + (text.length() - start - end)
        + " characters ...]"
        + text.substring(text.length() - end);
  }

  private static boolean isVisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
