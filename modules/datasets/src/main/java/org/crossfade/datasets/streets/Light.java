package org.crossfade.datasets.streets;

/**
 * Daylight: an even sky plus a sun beyond one side of the street.
 *
 * @param sun strength of the sun, 0 (overcast) to 1
 * @param sunSide the side on which the sun stands: -1 left, 1 right
 */
record Light(double sun, int sunSide) {

  /** Returns the light on a horizontal surface. */
  double top() {
    return 1;
  }

  /** Returns the light on an upright surface that faces the camera. */
  double front() {
    return 0.92 - 0.12 * sun;
  }

  /** Returns the light on an upright surface left or right of the camera that faces the street. */
  double side(double x) {
    boolean facesSun = x * sunSide < 0;
    return facesSun ? 0.95 + 0.15 * sun : 0.86 - 0.38 * sun;
  }

  /** Returns the light that is left where something stands between the ground and the sun. */
  double shadow() {
    return 0.8 - 0.4 * sun;
  }
}
