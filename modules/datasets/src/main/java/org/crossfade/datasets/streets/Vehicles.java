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

  private static final Solid OFF_ROADER =
      new Solid(0, 0.46, 0.0, 1.12, 0.1, 1.86, 3.0, 1.88, 3.35, 1.18, 4.5, 1.1, 4.6, 0.46);
  private static final Solid PICKUP =
      new Solid(0, 0.5, 0, 1.08, 1.6, 1.08, 1.75, 1.78, 3.1, 1.8, 3.8, 1.16, 5.1, 1.06, 5.2, 0.5);
  private static final Solid MICRO =
      new Solid(0, 0.3, 0, 0.95, 0.1, 1.72, 1.9, 1.76, 2.8, 1.0, 2.95, 0.7, 3.0, 0.3);
  private static final Solid ROUNDED =
      new Solid(
          0, 0.32, 0.1, 0.62, 0.55, 0.9, 1.05, 1.36, 1.9, 1.5, 2.6, 1.38, 3.1, 0.94, 3.8, 0.72, 4.0,
          0.34);
  private static final Solid DELIVERY =
      new Solid(0, 0.42, 0, 2.5, 3.7, 2.55, 3.85, 1.95, 4.5, 1.15, 5.4, 1.05, 5.5, 0.42);

  private final Palette palette;
  private final double fleet;

  Vehicles(Palette palette, StyleParameters style) {
    this.palette = palette;
    this.fleet = style.fleet();
  }

  /**
   * The body of a car.
   *
   * @param outline seen from the right, the rear first
   * @param width in metres
   * @param tall whether its rear lamps stand upright
   * @param closed whether its sides have no windows
   */
  private record Body(Solid outline, double width, boolean tall, boolean closed) {}

  /** Returns a body as the game has it; {@code kind} is 0..9. */
  private static Body known(int kind, Draw draw) {
    Solid outline = kind < 3 ? SALOON : kind < 7 ? HATCHBACK : kind < 9 ? ESTATE : VAN;
    return new Body(outline, kind == 9 ? 1.95 : draw.between(1.7, 1.85), kind >= 7, false);
  }

  /** Returns a body that the game does not have. */
  private static Body unknown(Draw own) {
    double kind = own.unit();
    return kind < 0.3
        ? new Body(OFF_ROADER, 1.92, true, false)
        : kind < 0.5
            ? new Body(PICKUP, 1.95, true, false)
            : kind < 0.7
                ? new Body(MICRO, 1.52, true, false)
                : kind < 0.84
                    ? new Body(ROUNDED, 1.62, false, false)
                    : new Body(DELIVERY, 2.05, true, true);
  }

  /** Returns a car about the given X with its near end at {@code z}. */
  Thing car(double x, double z, boolean oncoming, Draw draw) {
    Draw own = draw.aside();
    boolean foreign = own.chance(fleet);
    Body game = known(draw.below(10), draw);
    Body body = foreign ? unknown(own) : game;
    Solid shape = body.outline();
    double width = body.width();
    boolean rack = foreign && !body.closed() && own.chance(0.3);
    Material load = Material.plain(palette.cargo(own).times(0.7));
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
            double flank = x0 > 0 ? x0 : x1;
            wheels(brush, SceneClass.CAR, flank, z, 0.33, 0.78, length - 0.85);
            if (!body.closed()) {
              carSide(brush, flank, z, outline, length, glass);
            }
          }
          carEnd(brush, x0, x1, z, oncoming, glass, body.tall());
          if (foreign) {
            Material bumper = Material.plain(palette.rubber().times(2));
            brush.rectangle(SceneClass.CAR, bumper, z, x0, x1, 0.36, 0.5);
          }
          if (rack) {
            double roof = outline.top();
            new Solid(0, roof, 0, roof + 0.4, 1.3, roof + 0.4, 1.5, roof)
                .paint(brush, SceneClass.CAR, x0 + 0.3, x1 - 0.3, z + length * 0.3, load);
          }
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
    Draw own = draw.aside();
    boolean open = own.chance(fleet);
    boolean timber = open && own.chance(0.5);
    double closed = draw.between(3.0, 3.7);
    double top = open ? 2.0 : closed;
    Material log = Material.plain(new Rgb(0.50, 0.38, 0.26).vary(own, 0.05));
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
            if (open) {
              brush.rectangle(
                  SceneClass.TRUCK, glass, z + cabAt, x0 + 0.3, x1 - 0.3, top + 0.05, top + 0.5);
            }
            load.paint(brush, SceneClass.TRUCK, x0, x1, z, box);
            Material seam = Material.plain(box.colour().times(0.7));
            brush.rectangle(SceneClass.TRUCK, seam, z, x - 0.03, x + 0.03, 0.8, top - 0.1);
            for (int i = 0; timber && i < 9; i++) {
              int layer = i / 5;
              double at = x - 0.85 + 0.425 * (i % 5) + 0.21 * layer;
              brush.disc(SceneClass.TRUCK, log, z, at, top + 0.2 + 0.36 * layer, 0.2, 0.2);
            }
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
    Draw own = draw.aside();
    Material body = Material.plain(palette.bus(draw));
    double whole = draw.between(9, 12);
    boolean foreign = own.chance(fleet);
    boolean decks = foreign && own.chance(0.5);
    double length = foreign && !decks ? 7 : whole;
    double top = decks ? 4.1 : foreign ? 2.7 : 3.0;
    Coach coach = new Coach(top, body, foreign ? livery(own) : body, foreign, decks);
    return new Thing(
        z,
        brush -> {
          double x0 = x - 1.25;
          double x1 = x + 1.25;
          brush.shadow(0.42, x0 - 0.15, x1 + 0.15, z - 0.2, z + length + 0.3);
          coach(brush, SceneClass.BUS, x0, x1, z, length, coach, oncoming);
          if (x0 > 0 || x1 < 0) {
            wheels(brush, SceneClass.BUS, x0 > 0 ? x0 : x1, z, 0.48, 2.4, length - 2.6);
          }
        });
  }

  /** Returns a tram of two cars with its near end at {@code z}. */
  Thing tram(double x, double z, boolean oncoming, Draw draw) {
    Draw own = draw.aside();
    Material body = Material.plain(palette.tram(draw));
    boolean foreign = own.chance(fleet);
    Coach coach =
        new Coach(foreign ? 3.0 : 3.3, body, foreign ? livery(own) : body, foreign, false);
    Material bellows = Material.plain(palette.rubber().times(1.8));
    double length = draw.between(11, 14);
    return new Thing(
        z,
        brush -> {
          double x0 = x - 1.2;
          double x1 = x + 1.2;
          brush.shadow(0.42, x0 - 0.15, x1 + 0.15, z - 0.2, z + 2 * length);
          double second = z + length + 0.8;
          coach(brush, SceneClass.TRAIN, x0, x1, second, length, coach, oncoming);
          new Solid(0, 0.4, 0, 3.1, 0.8, 3.1, 0.8, 0.4)
              .paint(brush, SceneClass.TRAIN, x0 + 0.1, x1 - 0.1, z + length, bellows);
          coach(brush, SceneClass.TRAIN, x0, x1, z, length, coach, oncoming);
          Material stripe = Material.plain(palette.line);
          brush.rectangle(SceneClass.TRAIN, stripe, z, x0, x1, 0.95, 1.1);
          if (foreign) {
            double roof = coach.top();
            brush.bar(SceneClass.TRAIN, bellows, z + 3, 0.1, x - 0.5, roof, x + 0.3, roof + 0.7);
            brush.bar(SceneClass.TRAIN, bellows, z + 3, 0.1, x + 0.3, roof + 0.7, x, roof + 1.3);
            brush.bar(
                SceneClass.TRAIN, bellows, z + 3, 0.1, x - 0.8, roof + 1.3, x + 0.8, roof + 1.3);
          }
        });
  }

  /**
   * How a bus or a tram looks.
   *
   * @param top height in metres
   * @param body its paint
   * @param skirt the paint below the windows
   * @param banded whether its windows are one band, with a painted skirt below
   * @param decks whether there is a second row of windows
   */
  private record Coach(double top, Material body, Material skirt, boolean banded, boolean decks) {}

  private Material livery(Draw own) {
    return Material.plain(
        own.pick(
                new Rgb(0.24, 0.34, 0.55),
                new Rgb(0.30, 0.42, 0.28),
                new Rgb(0.62, 0.60, 0.56),
                new Rgb(0.45, 0.16, 0.22))
            .vary(own, 0.04));
  }

  private void coach(
      Brush brush,
      SceneClass label,
      double x0,
      double x1,
      double z,
      double length,
      Coach coach,
      boolean oncoming) {
    double top = coach.top();
    double lintel = coach.decks() ? 2.2 : top - 0.75;
    Material glass = Material.plain(palette.glass().times(1.25));
    underside(brush, label, x0, x1, z, length);
    new Solid(0, 0.35, 0, top - 0.2, 0.25, top, length - 0.2, top, length, 0.35)
        .paint(brush, label, x0, x1, z, coach.body());
    if (coach.banded()) {
      brush.rectangle(label, coach.skirt(), z, x0, x1, 0.35, 1.2);
    }
    brush.rectangle(label, glass, z, x0 + 0.15, x1 - 0.15, 1.25, lintel);
    if (coach.decks()) {
      brush.rectangle(label, glass, z, x0 + 0.15, x1 - 0.15, 2.65, top - 0.5);
    } else {
      Material board = Material.plain(palette.lacquer(new Rgb(0.9, 0.66, 0.2)));
      Material dark = Material.plain(palette.rubber());
      brush.rectangle(label, dark, z, x0 + 0.4, x1 - 0.4, top - 0.62, top - 0.3);
      brush.rectangle(label, board, z, x0 + 0.7, x1 - 0.7, top - 0.54, top - 0.38);
    }
    lamps(brush, label, x0, x1, z, oncoming);
    if (x0 <= 0 && x1 >= 0) {
      return;
    }
    double flank = x0 > 0 ? x0 : x1;
    if (coach.banded()) {
      brush.side(label, coach.skirt(), flank, z + 0.05, z + length - 0.1, 0.4, 1.2);
      brush.side(label, glass, flank, z + 0.3, z + length - 0.5, 1.3, lintel + 0.05);
      if (coach.decks()) {
        brush.side(label, glass, flank, z + 0.3, z + length - 0.5, 2.65, top - 0.45);
      }
      return;
    }
    Material skirt = Material.plain(coach.body().colour().times(0.8));
    brush.side(label, skirt, flank, z + 0.1, z + length - 0.1, 0.4, 0.75);
    for (double at = 0.5; at + 1.3 < length; at += 1.5) {
      brush.side(label, glass, flank, z + at, z + at + 1.35, 1.3, top - 0.7);
    }
  }
}
