package org.crossfade.datasets.streets;

/**
 * A pinhole camera that looks along Z over a flat street. World units are metres: X right of the
 * camera, Y above the ground, Z away. All pixel quantities scale with the picture's height, so one
 * scene looks the same at every size.
 *
 * @param focal focal length in pixels
 * @param height of the camera above the ground in metres
 * @param horizon row of the horizon in pixels
 * @param centre column of the vanishing point in pixels
 */
record Camera(double focal, double height, double horizon, double centre) {
  /** Nothing nearer than this is drawn, in metres. */
  static final double NEAR = 0.7;

  double column(double x, double z) {
    return centre + focal * x / z;
  }

  double row(double y, double z) {
    return horizon + focal * (height - y) / z;
  }
}
