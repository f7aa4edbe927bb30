package org.crossfade.datasets.streets;

/**
 * A piece of a plane as the shader sees it.
 *
 * @param plane how the plane lies in the world
 * @param offset the plane's coordinate in metres: Y of ground, X of a side, Z of a front
 * @param material what it is made of
 * @param light the share of light that reaches it, 1 being a horizontal surface in the open
 */
record Surface(Plane plane, double offset, Material material, double light) {

  /** The three directions of planes, and infinity. X points right, Y up, Z away. */
  enum Plane {
    GROUND,
    SIDE,
    FRONT,
    INFINITY
  }
}
