package org.crossfade.datasets.streets;

/**
 * The plan of one street: which X belongs to what. The camera's car drives on the right-hand lane,
 * so the carriageway reaches farther to the left.
 *
 * @param leftKerb distance of the left kerb from the camera in metres
 * @param rightKerb distance of the right kerb
 * @param leftWalk width of the left sidewalk
 * @param rightWalk width of the right sidewalk
 * @param leftVerge width of the strip of grass beyond the left sidewalk, possibly 0
 * @param rightVerge width of the strip of grass beyond the right sidewalk
 * @param leftParking whether cars park along the left kerb
 * @param rightParking whether cars park along the right kerb
 * @param laneWidth width of a lane
 * @param crossing distance to a crossing street, or infinity
 * @param crossingWidth width of the crossing street
 * @param rails whether a tramway runs in the left half of the carriageway
 */
record Street(
    double leftKerb,
    double rightKerb,
    double leftWalk,
    double rightWalk,
    double leftVerge,
    double rightVerge,
    boolean leftParking,
    boolean rightParking,
    double laneWidth,
    double crossing,
    double crossingWidth,
    boolean rails) {
  /** Where the street ends for the eye, in metres. */
  static final double END = 86;

  private static final double PARKING = 2.3;

  static Street draw(Draw draw) {
    double lane = draw.between(3.0, 3.5);
    boolean rightParking = draw.chance(0.55);
    boolean leftParking = draw.chance(0.55);
    boolean wide = draw.chance(0.3);
    boolean rails = draw.chance(0.22);
    double right = lane / 2 + (rightParking ? PARKING : draw.between(0.2, 1.6));
    double left = lane * 1.5 + (wide ? lane : 0) + (leftParking ? PARKING : draw.between(0.2, 1.6));
    boolean crossing = draw.chance(0.35);
    return new Street(
        left,
        right,
        draw.between(2.0, 4.2),
        draw.between(2.0, 4.2),
        draw.chance(0.7) ? draw.between(1.0, 6.0) : 0,
        draw.chance(0.7) ? draw.between(1.0, 6.0) : 0,
        leftParking,
        rightParking,
        lane,
        crossing ? draw.between(13, 45) : Double.POSITIVE_INFINITY,
        draw.between(6, 9),
        rails);
  }

  /** Returns the distance of the kerb on a side, -1 left or 1 right. */
  double kerb(int side) {
    return side < 0 ? leftKerb : rightKerb;
  }

  /** Returns the distance of the outer edge of the sidewalk. */
  double walkEdge(int side) {
    return side < 0 ? leftKerb + leftWalk : rightKerb + rightWalk;
  }

  /** Returns the distance of the building line. */
  double frontage(int side) {
    return walkEdge(side) + (side < 0 ? leftVerge : rightVerge);
  }

  boolean parking(int side) {
    return side < 0 ? leftParking : rightParking;
  }

  boolean hasCrossing() {
    return crossing < END;
  }

  /** Returns whether a stretch from {@code z0} to {@code z1} keeps clear of the crossing street. */
  boolean clearOfCrossing(double z0, double z1) {
    return !hasCrossing() || z1 < crossing - 1 || z0 > crossing + crossingWidth + 1;
  }
}
