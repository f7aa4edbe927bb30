package org.crossfade.datasets.streets;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rasteriser: for every pixel the label, the surface seen and the shade on it. Later polygons
 * cover earlier ones. A pixel belongs to a polygon if its centre does, so labels are exact and the
 * same on every platform.
 */
final class Canvas {
  private final int width;
  private final int height;
  private final byte[] labels;
  private final int[] surfaces;
  private final float[] light;
  private final List<Surface> table = new ArrayList<>();
  private double[] crossings = new double[64];

  Canvas(int width, int height) {
    this.width = width;
    this.height = height;
    labels = new byte[width * height];
    surfaces = new int[width * height];
    light = new float[width * height];
    Arrays.fill(light, 1f);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /**
   * Returns the train ids, row by row; the canvas keeps no use of the array after the last fill.
   */
  byte[] labels() {
    return labels;
  }

  int surfaceAt(int pixel) {
    return surfaces[pixel];
  }

  float lightAt(int pixel) {
    return light[pixel];
  }

  List<Surface> table() {
    return table;
  }

  /** Paints a polygon with a surface and its label. Vertices are in pixels. */
  void fill(Surface surface, SceneClass label, double[] xs, double[] ys, int count) {
    table.add(surface);
    scan(xs, ys, count, Pass.PAINT, table.size() - 1, label.trainId(), 1f);
  }

  /** Paints a marking: the surface changes, the label stays. */
  void mark(Surface surface, double[] xs, double[] ys, int count) {
    table.add(surface);
    scan(xs, ys, count, Pass.MARK, table.size() - 1, (byte) 0, 1f);
  }

  /** Darkens what is there by a factor. */
  void shade(float factor, double[] xs, double[] ys, int count) {
    scan(xs, ys, count, Pass.SHADE, 0, (byte) 0, factor);
  }

  private enum Pass {
    PAINT,
    MARK,
    SHADE
  }

  private void scan(
      double[] xs, double[] ys, int count, Pass pass, int surface, byte label, float factor) {
    double top = ys[0];
    double bottom = ys[0];
    for (int i = 1; i < count; i++) {
      top = Math.min(top, ys[i]);
      bottom = Math.max(bottom, ys[i]);
    }
    if (crossings.length < count) {
      crossings = new double[count];
    }
    int first = Math.max(0, pixel(top));
    int last = Math.min(height, pixel(bottom));
    for (int row = first; row < last; row++) {
      int found = cross(xs, ys, count, row + 0.5);
      for (int i = 0; i + 1 < found; i += 2) {
        int from = Math.max(0, pixel(crossings[i]));
        int to = Math.min(width, pixel(crossings[i + 1]));
        if (from < to) {
          span(row * width + from, row * width + to, pass, surface, label, factor);
        }
      }
    }
  }

  /** Returns the first pixel whose centre is not before {@code position}. */
  private static int pixel(double position) {
    return (int) Math.ceil(Math.max(-1e6, Math.min(1e6, position)) - 0.5);
  }

  private int cross(double[] xs, double[] ys, int count, double row) {
    int found = 0;
    for (int i = 0, j = count - 1; i < count; j = i++) {
      if ((ys[i] <= row) != (ys[j] <= row)) {
        double x = xs[i] + (row - ys[i]) * (xs[j] - xs[i]) / (ys[j] - ys[i]);
        int k = found++;
        while (k > 0 && crossings[k - 1] > x) {
          crossings[k] = crossings[k - 1];
          k--;
        }
        crossings[k] = x;
      }
    }
    return found;
  }

  private void span(int from, int to, Pass pass, int surface, byte label, float factor) {
    if (pass == Pass.SHADE) {
      for (int i = from; i < to; i++) {
        light[i] *= factor;
      }
      return;
    }
    Arrays.fill(surfaces, from, to, surface);
    if (pass == Pass.PAINT) {
      Arrays.fill(labels, from, to, label);
      Arrays.fill(light, from, to, 1f);
    }
  }
}
