package org.crossfade.datasets.streets;

import org.crossfade.datasets.streets.Surface.Plane;

/**
 * Draws pieces of planes in the world through the camera on the canvas. Anything narrower than a
 * pixel is widened to one, so that poles and spokes do not break up in small pictures.
 */
final class Brush {
  private final Canvas canvas;
  private final Camera camera;
  private final Light light;
  private double[] xs = new double[64];
  private double[] ys = new double[64];

  Brush(Canvas canvas, Camera camera, Light light) {
    this.canvas = canvas;
    this.camera = camera;
    this.light = light;
  }

  Camera camera() {
    return camera;
  }

  Canvas canvas() {
    return canvas;
  }

  Light light() {
    return light;
  }

  /** Fills a rectangle of pixels that lies infinitely far away. */
  void backdrop(SceneClass label, Material material, double top, double bottom) {
    corner(0, 0, top);
    corner(1, canvas.width(), top);
    corner(2, canvas.width(), bottom);
    corner(3, 0, bottom);
    canvas.fill(new Surface(Plane.INFINITY, 0, material, 1), label, xs, ys, 4);
  }

  /** Fills a rectangle on the plane Y = {@code y}. */
  void ground(
      SceneClass label, Material material, double y, double x0, double x1, double z0, double z1) {
    if (level(y, x0, x1, z0, z1)) {
      canvas.fill(new Surface(Plane.GROUND, y, material, light.top()), label, xs, ys, 4);
    }
  }

  /** Paints a rectangle on the ground without changing its label. */
  void marking(Material material, double x0, double x1, double z0, double z1) {
    if (level(0, x0, x1, z0, z1)) {
      canvas.mark(new Surface(Plane.GROUND, 0, material, light.top()), xs, ys, 4);
    }
  }

  /** Darkens a rectangle on the ground. */
  void shadow(double factor, double x0, double x1, double z0, double z1) {
    if (level(0, x0, x1, z0, z1)) {
      canvas.shade((float) factor, xs, ys, 4);
    }
  }

  private boolean level(double y, double x0, double x1, double z0, double z1) {
    double near = Math.max(z0, Camera.NEAR);
    if (near >= z1) {
      return false;
    }
    project(0, x0, y, near);
    project(1, x1, y, near);
    project(2, x1, y, z1);
    project(3, x0, y, z1);
    return true;
  }

  /** Fills a rectangle on the plane X = {@code x}. */
  void side(
      SceneClass label, Material material, double x, double z0, double z1, double y0, double y1) {
    double near = Math.max(z0, Camera.NEAR);
    if (near < z1) {
      project(0, x, y0, near);
      project(1, x, y1, near);
      project(2, x, y1, z1);
      project(3, x, y0, z1);
      canvas.fill(new Surface(Plane.SIDE, x, material, light.side(x)), label, xs, ys, 4);
    }
  }

  /** Fills a polygon of (z, y) pairs, relative to {@code z}, on the plane X = {@code x}. */
  void sidePolygon(SceneClass label, Material material, double x, double z, double... zy) {
    int count = zy.length / 2;
    reserve(count);
    for (int i = 0; i < count; i++) {
      project(i, x, zy[2 * i + 1], Math.max(Camera.NEAR, z + zy[2 * i]));
    }
    canvas.fill(new Surface(Plane.SIDE, x, material, light.side(x)), label, xs, ys, count);
  }

  /** Fills an ellipse on the plane X = {@code x}, such as a wheel. */
  void sideDisc(
      SceneClass label, Material material, double x, double z, double y, double rz, double ry) {
    int count = 14;
    for (int i = 0; i < count; i++) {
      project(
          i,
          x,
          y + ry * Circle.sine(i, count),
          Math.max(Camera.NEAR, z + rz * Circle.cosine(i, count)));
    }
    canvas.fill(new Surface(Plane.SIDE, x, material, light.side(x)), label, xs, ys, count);
  }

  /** Fills a polygon of (x, y) pairs, relative to {@code x}, on the plane Z = {@code z}. */
  void front(SceneClass label, Material material, double z, double x, double... xy) {
    int count = xy.length / 2;
    reserve(count);
    for (int i = 0; i < count; i++) {
      project(i, x + xy[2 * i], xy[2 * i + 1], z);
    }
    flush(label, material, z, count);
  }

  /** Fills an upright rectangle on the plane Z = {@code z}. */
  void rectangle(
      SceneClass label, Material material, double z, double x0, double x1, double y0, double y1) {
    double half = 0.5 * z / camera.focal();
    double cx = (x0 + x1) / 2;
    double cy = (y0 + y1) / 2;
    double rx = Math.max(half, Math.abs(x1 - x0) / 2);
    double ry = Math.max(half, Math.abs(y1 - y0) / 2);
    project(0, cx - rx, cy - ry, z);
    project(1, cx + rx, cy - ry, z);
    project(2, cx + rx, cy + ry, z);
    project(3, cx - rx, cy + ry, z);
    flush(label, material, z, 4);
  }

  /** Fills an ellipse on the plane Z = {@code z}. */
  void disc(
      SceneClass label, Material material, double z, double x, double y, double rx, double ry) {
    double half = 0.5 * z / camera.focal();
    int count = 14;
    for (int i = 0; i < count; i++) {
      project(
          i,
          x + Math.max(half, rx) * Circle.cosine(i, count),
          y + Math.max(half, ry) * Circle.sine(i, count),
          z);
    }
    flush(label, material, z, count);
  }

  /** Draws a bar of the given width between two points of the plane Z = {@code z}. */
  void bar(
      SceneClass label,
      Material material,
      double z,
      double width,
      double x0,
      double y0,
      double x1,
      double y1) {
    double half = Math.max(width, z / camera.focal()) / 2;
    double length = Math.max(1e-6, Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)));
    double nx = -(y1 - y0) / length * half;
    double ny = (x1 - x0) / length * half;
    project(0, x0 + nx, y0 + ny, z);
    project(1, x1 + nx, y1 + ny, z);
    project(2, x1 - nx, y1 - ny, z);
    project(3, x0 - nx, y0 - ny, z);
    flush(label, material, z, 4);
  }

  /** Fills a clump: an ellipse with a ragged rim. */
  void clump(
      SceneClass label,
      Material material,
      double z,
      double x,
      double y,
      double rx,
      double ry,
      Draw draw) {
    int count = 18;
    for (int i = 0; i < count; i++) {
      double reach = draw.between(0.82, 1.12);
      project(
          i,
          x + rx * reach * Circle.cosine(i, count),
          Math.max(0, y + ry * reach * Circle.sine(i, count)),
          z);
    }
    flush(label, material, z, count);
  }

  /**
   * Fills a quadrilateral across the street: an edge at (z0, y0) and one at (z1, y1), from x0 to
   * x1.
   */
  void strip(
      SceneClass label,
      Material material,
      double lit,
      double x0,
      double x1,
      double z0,
      double y0,
      double z1,
      double y1) {
    project(0, x0, y0, Math.max(Camera.NEAR, z0));
    project(1, x1, y0, Math.max(Camera.NEAR, z0));
    project(2, x1, y1, Math.max(Camera.NEAR, z1));
    project(3, x0, y1, Math.max(Camera.NEAR, z1));
    double z = Math.max(Camera.NEAR, (z0 + z1) / 2);
    canvas.fill(new Surface(Plane.FRONT, z, material, lit), label, xs, ys, 4);
  }

  /** Fills the slope of a roof: from (x0, y0) at the eaves to (x1, y1) at the ridge. */
  void slope(
      SceneClass label,
      Material material,
      double x0,
      double y0,
      double x1,
      double y1,
      double z0,
      double z1) {
    double near = Math.max(z0, Camera.NEAR);
    if (near < z1) {
      project(0, x0, y0, near);
      project(1, x1, y1, near);
      project(2, x1, y1, z1);
      project(3, x0, y0, z1);
      canvas.fill(new Surface(Plane.SIDE, x0, material, light.side(x0)), label, xs, ys, 4);
    }
  }

  private void flush(SceneClass label, Material material, double z, int count) {
    canvas.fill(new Surface(Plane.FRONT, z, material, light.front()), label, xs, ys, count);
  }

  private void reserve(int count) {
    if (xs.length < count) {
      xs = new double[count];
      ys = new double[count];
    }
  }

  private void project(int i, double x, double y, double z) {
    corner(i, camera.column(x, z), camera.row(y, z));
  }

  private void corner(int i, double column, double row) {
    xs[i] = column;
    ys[i] = row;
  }
}
