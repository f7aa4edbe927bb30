package org.crossfade.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Lines over iterations. It is laid out for the width of a phone and is never shown larger than
 * that by much, so that its text keeps a readable size.
 *
 * @param description what it shows, for those who can't see it
 * @param width of the drawing
 * @param height of the drawing
 * @param horizontal grid lines with their values
 * @param vertical ticks below
 * @param lines the series
 * @param xTitle below
 * @param numbers the same values as a table
 */
record LineChart(
    String description,
    int width,
    int height,
    List<Tick> horizontal,
    List<Tick> vertical,
    List<Line> lines,
    String xTitle,
    NumberTable numbers) {
  private static final int WIDTH = 400;
  private static final int HEIGHT = 210;
  private static final int LEFT = 40;
  private static final int RIGHT = 14;
  private static final int TOP = 10;
  private static final int BOTTOM = 36;

  /** One series before layout: x and y of each point. */
  record Series(String name, Appearance appearance, boolean markers, List<double[]> points) {}

  /** A value on an axis and where it is. */
  record Tick(String label, String at) {}

  /** A place of a marker. */
  record Mark(String x, String y) {}

  /** A series in the drawing. */
  record Line(String name, Appearance appearance, String points, List<Mark> marks) {}

  int left() {
    return LEFT;
  }

  int right() {
    return WIDTH - RIGHT;
  }

  int bottom() {
    return HEIGHT - BOTTOM;
  }

  int tickLabelY() {
    return HEIGHT - BOTTOM + 14;
  }

  int titleY() {
    return HEIGHT - 5;
  }

  int labelX() {
    return LEFT - 6;
  }

  int middleX() {
    return (LEFT + WIDTH - RIGHT) / 2;
  }

  /**
   * Lays out a chart.
   *
   * @param fromZero whether the vertical axis includes 0
   */
  static LineChart of(
      String description,
      String xTitle,
      boolean fromZero,
      List<Series> series,
      NumberTable numbers) {
    List<double[]> points = series.stream().flatMap(s -> s.points().stream()).toList();
    double highX = points.stream().mapToDouble(p -> p[0]).max().orElse(1);
    double lowY = points.stream().mapToDouble(p -> p[1]).min().orElse(0);
    double highY = points.stream().mapToDouble(p -> p[1]).max().orElse(1);
    Ticks x = Ticks.upTo(highX, 5);
    Ticks y = Ticks.around(fromZero ? Math.min(0, lowY) : lowY, highY, 4);
    var lines = new ArrayList<Line>();
    for (Series one : series) {
      List<Mark> marks =
          one.points().stream()
              .map(p -> new Mark(across(x.position(p[0])), down(y.position(p[1]))))
              .toList();
      lines.add(
          new Line(
              one.name(),
              one.appearance(),
              marks.stream().map(m -> m.x() + "," + m.y()).collect(Collectors.joining(" ")),
              one.markers() ? marks : List.of()));
    }
    return new LineChart(
        description,
        WIDTH,
        HEIGHT,
        y.values().stream()
            .map(v -> new Tick(Numbers.decimal(v, y.decimals()), down(y.position(v))))
            .toList(),
        x.values().stream()
            .map(v -> new Tick(Numbers.decimal(v, x.decimals()), across(x.position(v))))
            .toList(),
        lines,
        xTitle,
        numbers);
  }

  private static String across(double position) {
    return Numbers.decimal(LEFT + position * (WIDTH - LEFT - RIGHT), 1);
  }

  private static String down(double position) {
    return Numbers.decimal(HEIGHT - BOTTOM - position * (HEIGHT - TOP - BOTTOM), 1);
  }
}
