package org.crossfade.report.page;

/**
 * How one method is drawn everywhere: colours of Okabe and Ito's palette, which people with any
 * colour vision tell apart, and a dash and a marker for print without colour.
 *
 * @param colour of bars and lines
 * @param dash of lines, as in SVG; empty for none
 * @param marker an SVG path around (0, 0)
 */
record Appearance(String colour, String dash, String marker) {
  private static final String[] COLOURS = {
    "#6e7781", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"
  };
  private static final String[] DASHES = {"", "", "6 3", "2 2", "8 3 2 3", "4 2", "1 2", "10 4"};
  private static final String[] MARKERS = {
    "M-3 -3H3V3H-3Z",
    "M0 -3.6A3.6 3.6 0 1 1 0 3.6A3.6 3.6 0 1 1 0 -3.6Z",
    "M0 -4.2L4 3H-4Z",
    "M0 -4.4L4.4 0L0 4.4L-4.4 0Z",
  };

  /**
   * Returns the appearance of the series at a place in the order. Colours repeat after eight, then
   * with another dash and another marker; the whole repeats after 32.
   */
  static Appearance of(int index) {
    int round = index / COLOURS.length;
    return new Appearance(
        COLOURS[index % COLOURS.length],
        DASHES[(index + 2 * round) % DASHES.length],
        MARKERS[(index + round) % MARKERS.length]);
  }
}
