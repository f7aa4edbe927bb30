package org.crossfade.datasets.streets;

/**
 * Sky, road, its lines and rails, sidewalks and verges: what lies flat, and what is behind it all.
 */
final class Carriageway {
  private static final double WIDE = 80;

  private final Street street;
  private final Palette palette;

  Carriageway(Street street, Palette palette) {
    this.street = street;
    this.palette = palette;
  }

  void paint(Brush brush, Draw draw) {
    double horizon = brush.camera().horizon();
    brush.backdrop(
        SceneClass.SKY,
        Material.of(Texture.SKY, palette.zenith, palette.horizon, draw),
        0,
        horizon + 1);
    Material road = Material.of(Texture.ASPHALT, palette.road, palette.road, draw);
    brush.ground(
        SceneClass.ROAD, road, 0, -street.leftKerb(), street.rightKerb(), Camera.NEAR, 400);
    for (int side = -1; side <= 1; side += 2) {
      paintSide(brush, side, draw);
    }
    if (street.hasCrossing()) {
      double z0 = street.crossing();
      brush.ground(SceneClass.ROAD, road, 0, -WIDE, WIDE, z0, z0 + street.crossingWidth());
    }
    paintLines(brush, draw);
    if (street.rails()) {
      paintRails(brush);
    }
  }

  private void paintSide(Brush brush, int side, Draw draw) {
    Material paving =
        Material.of(Texture.PAVING, palette.paving, palette.joint, draw)
            .pitched(draw.between(0.5, 1.1));
    Material grass = Material.of(Texture.GRASS, palette.grass(draw), palette.earth(), draw);
    Material kerb = Material.of(Texture.PAVING, palette.paving.times(1.08), palette.joint, draw);
    double y = 0.12;
    double in = side * street.kerb(side);
    double out = side * street.walkEdge(side);
    boolean lawn = draw.chance(0.45);
    brush.ground(
        lawn ? SceneClass.TERRAIN : SceneClass.SIDEWALK,
        lawn ? grass : paving,
        y,
        side * street.frontage(side),
        side * WIDE,
        Camera.NEAR,
        400);
    if (street.frontage(side) > street.walkEdge(side)) {
      brush.ground(
          SceneClass.TERRAIN, grass, y, out, side * street.frontage(side), Camera.NEAR, 400);
    }
    brush.ground(SceneClass.SIDEWALK, paving, y, in, out, Camera.NEAR, 400);
    brush.side(SceneClass.SIDEWALK, kerb, in, Camera.NEAR, 400, 0, y);
    brush.ground(SceneClass.SIDEWALK, kerb, y, in, in + side * 0.18, Camera.NEAR, 400);
  }

  private void paintLines(Brush brush, Draw draw) {
    Material line = Material.of(Texture.ASPHALT, palette.line, palette.line, draw);
    double lane = street.laneWidth();
    double dash = draw.between(2.5, 4);
    double phase = draw.between(0, 2 * dash);
    boolean centre = draw.chance(0.8);
    boolean solid = draw.chance(0.25);
    for (int k = 0; k < 2; k++) {
      double x = -lane * (0.5 + k);
      if (!centre || x < -street.leftKerb() + 1.2) {
        continue;
      }
      if (solid) {
        stretch(brush, line, x - 0.07, x + 0.07, Camera.NEAR, Street.END);
      } else {
        for (double z = phase - 2 * dash; z < 90; z += 2 * dash) {
          stretch(brush, line, x - 0.07, x + 0.07, z, z + dash);
        }
      }
    }
    if (street.rightParking()) {
      stretch(brush, line, lane / 2 + 0.05, lane / 2 + 0.17, Camera.NEAR, Street.END);
    }
    if (street.leftParking()) {
      double x = -(street.leftKerb() - 2.3);
      stretch(brush, line, x - 0.12, x, Camera.NEAR, Street.END);
    }
    if (street.hasCrossing()) {
      paintZebra(brush, line, street.crossing() - 4.2);
    } else if (draw.chance(0.15)) {
      paintZebra(brush, line, draw.between(7, 25));
    }
  }

  /** Paints a line that stops at the crossing street. */
  private void stretch(Brush brush, Material line, double x0, double x1, double z0, double z1) {
    double near = street.hasCrossing() ? street.crossing() - 5 : z1;
    brush.marking(line, x0, x1, z0, Math.min(z1, near));
    if (street.hasCrossing()) {
      double far = street.crossing() + street.crossingWidth() + 1;
      brush.marking(line, x0, x1, Math.max(z0, far), z1);
    }
  }

  private void paintZebra(Brush brush, Material line, double z) {
    for (double x = -street.leftKerb() + 0.4; x < street.rightKerb() - 0.5; x += 1.05) {
      brush.marking(line, x, x + 0.52, z, z + 3);
    }
  }

  private void paintRails(Brush brush) {
    Material bed = Material.plain(palette.road.times(0.86));
    Material rail = Material.plain(palette.metal.mix(Rgb.grey(0.7), 0.4));
    double centre = -street.laneWidth();
    brush.marking(bed, centre - 1.1, centre + 1.1, Camera.NEAR, 200);
    for (double offset : new double[] {-0.72, 0.72}) {
      brush.marking(rail, centre + offset - 0.05, centre + offset + 0.05, Camera.NEAR, 200);
    }
  }
}
