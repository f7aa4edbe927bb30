package org.crossfade.datasets.streets;

/**
 * Sky, road, its lines and rails, sidewalks and verges: what lies flat, and what is behind it all.
 */
final class Carriageway {
  private static final double WIDE = 80;

  private final Street street;
  private final Palette palette;
  private final StyleParameters style;

  Carriageway(Street street, Palette palette, StyleParameters style) {
    this.street = street;
    this.palette = palette;
    this.style = style;
  }

  void paint(Brush brush, Draw draw) {
    double horizon = brush.camera().horizon();
    brush.backdrop(
        SceneClass.SKY,
        Material.of(Texture.SKY, palette.zenith, palette.horizon, draw),
        0,
        horizon + 1);
    Draw own = draw.aside();
    Material road = roadway(Material.of(Texture.ASPHALT, palette.road, palette.road, draw), own);
    brush.ground(
        SceneClass.ROAD, road, 0, -street.leftKerb(), street.rightKerb(), Camera.NEAR, 400);
    for (int side = -1; side <= 1; side += 2) {
      paintSide(brush, side, draw);
    }
    if (street.hasCrossing()) {
      double z0 = street.crossing();
      brush.ground(SceneClass.ROAD, road, 0, -WIDE, WIDE, z0, z0 + street.crossingWidth());
    }
    boolean local = own.chance(style.markings());
    if (local) {
      paintRepairs(brush, own);
    }
    Rgb paint = local ? lineColour(road.colour(), own) : palette.line;
    paintLines(brush, paint, draw);
    if (street.rails()) {
      paintRails(brush);
    }
  }

  private void paintSide(Brush brush, int side, Draw draw) {
    Draw own = draw.aside();
    Material paving =
        footway(
            Material.of(Texture.PAVING, palette.paving, palette.joint, draw)
                .pitched(draw.between(0.5, 1.1)),
            own);
    Material grass =
        lawn(Material.of(Texture.GRASS, palette.grass(draw), palette.earth(), draw), own);
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

  /** Returns asphalt as the game has it, or setts, or slabs of concrete with joints of tar. */
  private Material roadway(Material asphalt, Draw own) {
    if (!own.chance(style.surfaces())) {
      return asphalt;
    }
    Rgb colour = palette.stoneRoad(own);
    return own.chance(0.6)
        ? Material.of(Texture.SETTS, colour, colour.times(0.6), own).pitched(own.between(0.3, 0.45))
        : Material.of(Texture.PAVING, colour, colour.times(0.6), own).pitched(own.between(3, 5));
  }

  /** Returns slabs as the game has them, or asphalt, or small setts. */
  private Material footway(Material slabs, Draw own) {
    if (!own.chance(style.surfaces())) {
      return slabs;
    }
    Rgb colour = palette.darkPaving(own);
    return own.chance(0.5)
        ? Material.of(Texture.ASPHALT, colour, colour, own)
        : Material.of(Texture.SETTS, colour, colour.times(0.7), own).pitched(0.25);
  }

  /** Returns grass as the game has it, or what is left of it after summer. */
  private Material lawn(Material green, Draw own) {
    return own.chance(style.season())
        ? Material.of(Texture.GRASS, palette.wintryGrass(own), palette.earth().times(0.9), own)
        : green;
  }

  /** Returns yellow, or white that traffic has worn. */
  private Rgb lineColour(Rgb road, Draw own) {
    return own.chance(0.5)
        ? palette.lacquer(new Rgb(0.86, 0.68, 0.16))
        : palette.line.mix(road, own.between(0.5, 0.75));
  }

  /** Paints patches and covers, and along some kerbs a lane for bicycles. */
  private void paintRepairs(Brush brush, Draw own) {
    double near = street.hasCrossing() ? street.crossing() - 5 : Street.END;
    if (own.chance(0.5)) {
      Rgb red = new Rgb(0.52, 0.26, 0.22).vary(own, 0.03);
      double x = street.laneWidth() / 2;
      Material lane = Material.of(Texture.ASPHALT, red, red, own);
      brush.marking(lane, x, Math.max(x + 0.6, street.rightKerb()), Camera.NEAR, near);
    }
    for (int i = 0; i < 7; i++) {
      Rgb tar = palette.road.times(own.chance(0.6) ? 0.62 : 1.3);
      Material patch = Material.of(Texture.ASPHALT, tar, tar, own);
      double x = own.between(-street.leftKerb(), street.rightKerb() - 1);
      double z = own.between(4, 40);
      double wide = Math.min(own.between(0.6, 2.6), street.rightKerb() - x);
      brush.marking(patch, x, x + wide, z, Math.min(near, z + own.between(0.7, 9)));
    }
  }

  private void paintLines(Brush brush, Rgb paint, Draw draw) {
    Material line = Material.of(Texture.ASPHALT, paint, paint, draw);
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
