package org.crossfade.datasets.streets;

/** Cars, lorries, buses and trams, seen from behind or from ahead. */
final class Vehicles {
  private static final Solid SALOON =
      new Solid(
          0, 0.32, 0, 0.92, 0.75, 0.98, 1.35, 1.42, 2.55, 1.43, 3.25, 0.95, 4.35, 0.78, 4.45, 0.34);
  private static final Solid HATCHBACK =
      new Solid(0, 0.32, 0.02, 0.92, 0.42, 1.46, 2.2, 1.50, 3.0, 1.0, 3.85, 0.82, 4.0, 0.34);
  private static final Solid ESTATE =
      new Solid(0, 0.34, 0.02, 1.0, 0.3, 1.6, 2.7, 1.66, 3.4, 1.08, 4.4, 0.92, 4.55, 0.36);
  private static final Solid VAN =
      new Solid(0, 0.36, 0.0, 1.15, 0.08, 1.98, 3.7, 2.0, 4.4, 1.2, 4.95, 0.98, 5.0, 0.36);

  private final Palette palette;

  Vehicles(Palette palette) {
    this.palette = palette;
  }

  /** Returns a car about the given X with its near end at {@code z}. */
  Thing car(double x, double z, boolean oncoming, Draw draw) {
    int kind = draw.below(10);
    Solid shape = kind < 3 ? SALOON : kind < 7 ? HATCHBACK : kind < 9 ? ESTATE : VAN;
    double width = kind == 9 ? 1.95 : draw.between(1.7, 1.85);
    Material paint = Material.plain(palette.paint(draw));
    Material glass = Material.plain(palette.glass());
    return new Thing(
        z,
        brush -> {
          double length = shape.length();
          double x0 = x - width / 2;
          double x1 = x + width / 2;
          brush.shadow(0.42, x0 - 0.12, x1 + 0.12, z - 0.15, z + length + 0.2);
          Solid outline = oncoming ? shape.reversed() : shape;
          Material[] edges = carEdges(outline, paint, glass);
          underside(brush, SceneClass.CAR, x0, x1, z, length);
          outline.paint(brush, SceneClass.CAR, x0, x1, z, paint, edges);
          if (x0 > 0 || x1 < 0) {
            carSide(brush, x0 > 0 ? x0 : x1, z, outline, length, glass);
          }
          carEnd(brush, x0, x1, z, oncoming, glass, kind >= 7);
        });
  }

  private static Material[] carEdges(Solid outline, Material paint, Material glass) {
    Material[] edges = new Material[outline.corners() - 1];
    for (int i = 0; i < edges.length; i++) {
      double rise = Math.abs(outline.y(i + 1) - outline.y(i));
      double bottom = Math.min(outline.y(i + 1), outline.y(i));
      edges[i] = bottom > 0.85 && rise > 0.3 ? glass : paint;
    }
    return edges;
  }

  private void underside(
      Brush brush, SceneClass label, double x0, double x1, double z, double length) {
    Material rubber = Material.plain(palette.rubber());
    double tyre = 0.24;
    brush.strip(label, rubber, 0.9, x0 + 0.05, x0 + tyre, z + 0.1, 0, z + 0.1, 0.4);
    brush.strip(label, rubber, 0.9, x1 - tyre, x1 - 0.05, z + 0.1, 0, z + 0.1, 0.4);
    brush.strip(label, rubber, 0.6, x0 + tyre, x1 - tyre, z + 0.3, 0.14, z + 0.3, 0.52);
    double x = x0 > 0 ? x0 : x1;
    brush.side(label, rubber, x, z + 0.4, z + length - 0.4, 0.16, 0.5);
  }

  private void carSide(
      Brush brush, double x, double z, Solid outline, double length, Material glass) {
    wheels(brush, SceneClass.CAR, x, z, 0.33, 0.78, length - 0.85);
    double back = length;
    double front = 0;
    double top = 0;
    for (int i = 0; i < outline.corners(); i++) {
      if (outline.y(i) > 1.35) {
        back = Math.min(back, outline.z(i));
        front = Math.max(front, outline.z(i));
        top = Math.max(top, outline.y(i));
      }
    }
    double sill = top > 1.9 ? 1.2 : 0.97;
    double low = Math.max(0.3, back - 0.35);
    double high = Math.min(length - 0.7, front + 0.45);
    double middle = (low + high) / 2;
    double lid = top - 0.12;
    brush.sidePolygon(
        SceneClass.CAR,
        glass,
        x,
        z,
        low,
        sill,
        back + 0.1,
        lid,
        middle - 0.06,
        lid,
        middle - 0.06,
        sill);
    brush.sidePolygon(
        SceneClass.CAR,
        glass,
        x,
        z,
        middle + 0.06,
        sill,
        middle + 0.06,
        lid,
        front - 0.1,
        lid,
        high,
        sill);
  }

  private void wheels(
      Brush brush, SceneClass label, double x, double z, double radius, double... positions) {
    Material rubber = Material.plain(palette.rubber());
    Material hub = Material.plain(palette.metal.times(1.2));
    for (double at : positions) {
      brush.sideDisc(label, rubber, x, z + at, radius, radius, radius);
      brush.sideDisc(label, hub, x, z + at, radius, radius * 0.55, radius * 0.55);
    }
  }

  private void carEnd(
      Brush brush, double x0, double x1, double z, boolean oncoming, Material glass, boolean tall) {
    Rgb lamp = oncoming ? new Rgb(0.95, 0.95, 0.88) : new Rgb(0.75, 0.10, 0.09);
    Material light = Material.plain(palette.lacquer(lamp));
    double y0 = oncoming ? 0.56 : 0.68;
    double y1 = oncoming ? 0.74 : tall ? 1.05 : 0.88;
    double wide = oncoming ? 0.36 : 0.26;
    brush.rectangle(SceneClass.CAR, light, z, x0 + 0.05, x0 + wide, y0, y1);
    brush.rectangle(SceneClass.CAR, light, z, x1 - wide, x1 - 0.05, y0, y1);
    Material plate = Material.plain(palette.line);
    double middle = (x0 + x1) / 2;
    brush.rectangle(SceneClass.CAR, plate, z, middle - 0.25, middle + 0.25, 0.5, 0.61);
    if (oncoming) {
      brush.rectangle(SceneClass.CAR, glass, z, x0 + 0.45, x1 - 0.45, 0.62, 0.74);
    }
  }

  /** Returns a lorry with its near end at {@code z}. */
  Thing truck(double x, double z, boolean oncoming, Draw draw) {
    Material cab = Material.plain(palette.paint(draw));
    Material cargo = Material.of(Texture.MASONRY, palette.cargo(draw), palette.cargo(draw), draw);
    Material box = Material.plain(cargo.colour());
    Material glass = Material.plain(palette.glass());
    double body = draw.between(4.5, 7.5);
    double top = draw.between(3.0, 3.7);
    return new Thing(
        z,
        brush -> {
          double x0 = x - 1.22;
          double x1 = x + 1.22;
          double cabAt = oncoming ? 0 : body + 0.25;
          double boxAt = oncoming ? 2.15 : 0;
          brush.shadow(0.42, x0 - 0.15, x1 + 0.15, z - 0.2, z + body + 2.3);
          underside(brush, SceneClass.TRUCK, x0, x1, z, body + 2);
          Solid load = new Solid(0, 0.5, 0, top, body, top, body, 0.5);
          Solid front = new Solid(0, 0.45, 0, 1.5, 0.15, 2.55, 1.9, 2.6, 1.9, 0.45);
          if (oncoming) {
            load.paint(brush, SceneClass.TRUCK, x0, x1, z + boxAt, box);
            front.paint(brush, SceneClass.TRUCK, x0 + 0.05, x1 - 0.05, z, cab, cab, glass);
            lamps(brush, SceneClass.TRUCK, x0, x1, z, true);
          } else {
            Solid rear = front.reversed();
            rear.paint(brush, SceneClass.TRUCK, x0 + 0.05, x1 - 0.05, z + cabAt, cab);
            load.paint(brush, SceneClass.TRUCK, x0, x1, z, box);
            Material seam = Material.plain(box.colour().times(0.7));
            brush.rectangle(SceneClass.TRUCK, seam, z, x - 0.03, x + 0.03, 0.8, top - 0.1);
            lamps(brush, SceneClass.TRUCK, x0, x1, z, false);
          }
          if (x0 > 0 || x1 < 0) {
            double flank = x0 > 0 ? x0 : x1;
            wheels(brush, SceneClass.TRUCK, flank, z, 0.48, boxAt + 1.2, boxAt + 2.3, cabAt + 1.0);
            brush.sidePolygon(
                SceneClass.TRUCK,
                glass,
                flank,
                z + cabAt,
                0.35,
                1.55,
                0.35,
                2.3,
                1.4,
                2.3,
                1.4,
                1.55);
          }
        });
  }

  private void lamps(
      Brush brush, SceneClass label, double x0, double x1, double z, boolean oncoming) {
    Rgb lamp = oncoming ? new Rgb(0.95, 0.95, 0.88) : new Rgb(0.75, 0.10, 0.09);
    Material light = Material.plain(palette.lacquer(lamp));
    brush.rectangle(label, light, z, x0 + 0.1, x0 + 0.45, 0.6, 0.8);
    brush.rectangle(label, light, z, x1 - 0.45, x1 - 0.1, 0.6, 0.8);
  }

  /** Returns a bus with its near end at {@code z}. */
  Thing bus(double x, double z, boolean oncoming, Draw draw) {
    Material body = Material.plain(palette.bus(draw));
    double length = draw.between(9, 12);
    return new Thing(
        z,
        brush -> {
          double x0 = x - 1.25;
          double x1 = x + 1.25;
          brush.shadow(0.42, x0 - 0.15, x1 + 0.15, z - 0.2, z + length + 0.3);
          coach(brush, SceneClass.BUS, x0, x1, z, length, 3.0, body, oncoming);
          if (x0 > 0 || x1 < 0) {
            wheels(brush, SceneClass.BUS, x0 > 0 ? x0 : x1, z, 0.48, 2.4, length - 2.6);
          }
        });
  }

  /** Returns a tram of two cars with its near end at {@code z}. */
  Thing tram(double x, double z, boolean oncoming, Draw draw) {
    Material body = Material.plain(palette.tram(draw));
    Material bellows = Material.plain(palette.rubber().times(1.8));
    double length = draw.between(11, 14);
    return new Thing(
        z,
        brush -> {
          double x0 = x - 1.2;
          double x1 = x + 1.2;
          brush.shadow(0.42, x0 - 0.15, x1 + 0.15, z - 0.2, z + 2 * length);
          double second = z + length + 0.8;
          coach(brush, SceneClass.TRAIN, x0, x1, second, length, 3.3, body, oncoming);
          new Solid(0, 0.4, 0, 3.1, 0.8, 3.1, 0.8, 0.4)
              .paint(brush, SceneClass.TRAIN, x0 + 0.1, x1 - 0.1, z + length, bellows);
          coach(brush, SceneClass.TRAIN, x0, x1, z, length, 3.3, body, oncoming);
          Material stripe = Material.plain(palette.line);
          brush.rectangle(SceneClass.TRAIN, stripe, z, x0, x1, 0.95, 1.1);
        });
  }

  private void coach(
      Brush brush,
      SceneClass label,
      double x0,
      double x1,
      double z,
      double length,
      double top,
      Material body,
      boolean oncoming) {
    Material glass = Material.plain(palette.glass().times(1.25));
    underside(brush, label, x0, x1, z, length);
    new Solid(0, 0.35, 0, top - 0.2, 0.25, top, length - 0.2, top, length, 0.35)
        .paint(brush, label, x0, x1, z, body);
    brush.rectangle(label, glass, z, x0 + 0.15, x1 - 0.15, 1.25, top - 0.75);
    Material board = Material.plain(palette.lacquer(new Rgb(0.9, 0.66, 0.2)));
    Material dark = Material.plain(palette.rubber());
    brush.rectangle(label, dark, z, x0 + 0.4, x1 - 0.4, top - 0.62, top - 0.3);
    brush.rectangle(label, board, z, x0 + 0.7, x1 - 0.7, top - 0.54, top - 0.38);
    lamps(brush, label, x0, x1, z, oncoming);
    if (x0 <= 0 && x1 >= 0) {
      return;
    }
    double flank = x0 > 0 ? x0 : x1;
    Material skirt = Material.plain(body.colour().times(0.8));
    brush.side(label, skirt, flank, z + 0.1, z + length - 0.1, 0.4, 0.75);
    for (double at = 0.5; at + 1.3 < length; at += 1.5) {
      brush.side(label, glass, flank, z + at, z + at + 1.35, 1.3, top - 0.7);
    }
  }
}
