package org.crossfade.datasets.streets;

/** A fixed tile of smooth noise that repeats every 256 units. */
final class Noise {
  private static final int SIZE = 256;
  private static final int MASK = SIZE - 1;
  private static final float[] TILE = tile();

  private Noise() {}

  /** Four octaves of value noise with features from 8 units down to 1; values in about [-1, 1]. */
  private static float[] tile() {
    float[] tile = new float[SIZE * SIZE];
    double amplitude = 0.62;
    for (int step = 8; step >= 1; step /= 2) {
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          tile[y * SIZE + x] += (float) (amplitude * lattice(x, y, step));
        }
      }
      amplitude *= 0.62;
    }
    return tile;
  }

  private static double lattice(int x, int y, int step) {
    int x0 = x / step;
    int y0 = y / step;
    double fx = (double) (x % step) / step;
    double fy = (double) (y % step) / step;
    int wrap = SIZE / step;
    double top = knot(x0, y0, step) * (1 - fx) + knot((x0 + 1) % wrap, y0, step) * fx;
    int y1 = (y0 + 1) % wrap;
    double bottom = knot(x0, y1, step) * (1 - fx) + knot((x0 + 1) % wrap, y1, step) * fx;
    return top * (1 - fy) + bottom * fy;
  }

  private static double knot(int x, int y, int step) {
    long bits = Draw.mix(((long) step << 40) + ((long) y << 20) + x + 0x632BE59BD9B4E019L);
    return (bits >> 11) * 0x1.0p-52;
  }

  /** Returns the noise at a point, interpolated. */
  static double at(double x, double y) {
    double fx = Math.floor(x);
    double fy = Math.floor(y);
    int x0 = (int) (long) fx & MASK;
    int y0 = ((int) (long) fy & MASK) * SIZE;
    int x1 = (x0 + 1) & MASK;
    int y1 = (y0 + SIZE) & (SIZE * SIZE - 1);
    double dx = x - fx;
    double dy = y - fy;
    double top = TILE[y0 + x0] + (TILE[y0 + x1] - TILE[y0 + x0]) * dx;
    double bottom = TILE[y1 + x0] + (TILE[y1 + x1] - TILE[y1 + x0]) * dx;
    return top + (bottom - top) * dy;
  }

  /** Returns a number in [0, 1) that belongs to a cell of a grid. */
  static double cell(int x, int y, int seed) {
    int h = x * 0x27D4EB2D ^ y * 0x165667B1 ^ seed;
    h = (h ^ (h >>> 15)) * 0x2C1B3C6D;
    h = (h ^ (h >>> 12)) * 0x297A2D39;
    return ((h ^ (h >>> 15)) >>> 8) * 0x1.0p-24;
  }
}
