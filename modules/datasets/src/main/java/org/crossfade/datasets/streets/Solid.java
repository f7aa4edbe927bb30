package org.crossfade.datasets.streets;

/**
 * A body with one outline in the (z, y) plane, stretched across the street: cars, lorries, buses.
 * The outline starts at the bottom of the end that faces the camera and runs over the top to the
 * far end.
 */
final class Solid {
  private final double[] zy;

  /**
   * @param zy the outline's corners as z, y, z, y, ... in metres, z from the near end
   */
  Solid(double... zy) {
    this.zy = zy;
  }

  /** Returns the number of corners. */
  int corners() {
    return zy.length / 2;
  }

  /** Returns the distance of a corner from the near end. */
  double z(int corner) {
    return zy[2 * corner];
  }

  /** Returns the height of a corner. */
  double y(int corner) {
    return zy[2 * corner + 1];
  }

  /** Returns the height of the highest corner. */
  double top() {
    double top = 0;
    for (int i = 0; i < corners(); i++) {
      top = Math.max(top, y(i));
    }
    return top;
  }

  /** Returns the distance between the ends. */
  double length() {
    return zy[zy.length - 2];
  }

  /** Returns the outline of the same body turned round. */
  Solid reversed() {
    double length = length();
    double[] turned = new double[zy.length];
    for (int i = 0; i < zy.length; i += 2) {
      turned[zy.length - 2 - i] = length - zy[i];
      turned[zy.length - 1 - i] = zy[i + 1];
    }
    return new Solid(turned);
  }

  /**
   * Paints the parts that the camera sees.
   *
   * @param x0 the left side
   * @param x1 the right side
   * @param z distance of the near end
   * @param skin the material of the sides and of edges without one of their own
   * @param edges the material of each edge of the outline in order; null stands for skin
   */
  void paint(
      Brush brush,
      SceneClass label,
      double x0,
      double x1,
      double z,
      Material skin,
      Material... edges) {
    int count = zy.length / 2;
    for (int i = count - 2; i >= 0; i--) {
      edge(brush, label, x0, x1, z, i, i < edges.length && edges[i] != null ? edges[i] : skin);
    }
    if (x0 > 0) {
      brush.sidePolygon(label, skin, x0, z, zy);
    } else if (x1 < 0) {
      brush.sidePolygon(label, skin, x1, z, zy);
    }
  }

  private void edge(
      Brush brush, SceneClass label, double x0, double x1, double z, int i, Material material) {
    double z0 = zy[2 * i];
    double y0 = zy[2 * i + 1];
    double z1 = zy[2 * i + 2];
    double y1 = zy[2 * i + 3];
    double dz = z1 - z0;
    double dy = y1 - y0;
    double facing = dy * (z + z0) + dz * (brush.camera().height() - y0);
    if (facing <= 0) {
      return;
    }
    double up = dz / Math.max(1e-6, Math.sqrt(dz * dz + dy * dy));
    double lit = brush.light().front() + (1.12 - brush.light().front()) * Math.max(0, up);
    brush.strip(label, material, lit, x0, x1, z + z0, y0, z + z1, y1);
  }
}
