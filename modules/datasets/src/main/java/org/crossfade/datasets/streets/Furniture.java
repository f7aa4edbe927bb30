package org.crossfade.datasets.streets;

import java.util.ArrayList;
import java.util.List;

/** Lamp posts, traffic signs and traffic lights. */
final class Furniture {
  private static final Rgb RED = new Rgb(0.82, 0.10, 0.10);
  private static final Rgb BLUE = new Rgb(0.10, 0.30, 0.75);
  private static final Rgb WHITE = Rgb.grey(0.92);
  private static final Rgb YELLOW = new Rgb(0.95, 0.80, 0.15);
  private static final Rgb GREEN = new Rgb(0.06, 0.36, 0.24);
  private static final Rgb BROWN = new Rgb(0.42, 0.26, 0.14);
  private static final Rgb BACK = Rgb.grey(0.5);

  private final Street street;
  private final Palette palette;
  private final double density;
  private final double fittings;

  Furniture(Street street, Palette palette, StyleParameters style) {
    this.street = street;
    this.palette = palette;
    this.density = style.density();
    this.fittings = style.fittings();
  }

  /** Returns the lamp posts, signs and lights of the street. */
  List<Thing> things(Draw draw) {
    List<Thing> things = new ArrayList<>();
    int lampSide = draw.chance(0.5) ? 1 : -1;
    double spacing = draw.between(14, 24);
    for (double z = draw.between(6, 18); z < 75; z += spacing) {
      addClear(things, lamp(lampSide * (street.kerb(lampSide) + 0.45), z, lampSide, draw.fork()));
    }
    int signs = (int) Math.round(draw.between(0.6, 4.2) * density);
    for (int i = 0; i < signs; i++) {
      int side = draw.chance(0.65) ? 1 : -1;
      double x = side * (street.kerb(side) + draw.between(0.35, 0.8));
      addClear(things, sign(x, draw.between(8, 34), draw.fork()));
    }
    if (street.hasCrossing() ? draw.chance(0.8) : draw.chance(0.25)) {
      double z = street.hasCrossing() ? street.crossing() - 5 : draw.between(10, 28);
      things.add(signal(street.kerb(1) + 0.5, z, 1, draw.fork()));
      things.add(signal(-street.kerb(-1) - 0.5, z + 0.5, -1, draw.fork()));
    }
    for (int side = -1; side <= 1; side += 2) {
      double kind = draw.unit() / density;
      if (kind < 0.14) {
        bollards(things, side, draw.fork());
      } else if (kind < 0.26) {
        railing(things, side, draw.fork());
      }
    }
    return things;
  }

  private void addClear(List<Thing> things, Thing thing) {
    if (street.clearOfCrossing(thing.depth(), thing.depth())) {
      things.add(thing);
    }
  }

  private void bollards(List<Thing> things, int side, Draw draw) {
    Material metal = Material.plain(palette.metal.times(0.8));
    double x = side * (street.kerb(side) + 0.35);
    double start = draw.between(6, 20);
    for (int i = 0; i < 7; i++) {
      double z = start + 1.8 * i;
      things.add(
          new Thing(
              z, brush -> brush.rectangle(SceneClass.POLE, metal, z, x - 0.06, x + 0.06, 0, 0.95)));
    }
  }

  /** Adds a railing along the kerb, in short pieces that sort correctly between cars and people. */
  private void railing(List<Thing> things, int side, Draw draw) {
    Material bars =
        Material.of(Texture.BARS, palette.fence(draw), palette.paving.times(0.9), draw)
            .pitched(0.3);
    double x = side * (street.kerb(side) + 0.25);
    double start = draw.between(6, 16);
    int pieces = 4 + draw.below(8);
    for (int i = 0; i < pieces; i++) {
      double z = start + 1.5 * i;
      if (street.clearOfCrossing(z - 5, z + 2)) {
        things.add(
            new Thing(z + 1.4, brush -> brush.side(SceneClass.FENCE, bars, x, z, z + 1.5, 0, 1.0)));
      }
    }
  }

  private Thing lamp(double x, double z, int side, Draw draw) {
    Draw own = draw.aside();
    if (own.chance(fittings)) {
      return mast(x, z, side, own);
    }
    Material metal = Material.plain(palette.metal);
    Material glass = Material.plain(palette.line);
    double height = draw.between(5.5, 8);
    double reach = draw.between(1.0, 2.2);
    boolean arm = draw.chance(0.7);
    return new Thing(
        z,
        brush -> {
          brush.rectangle(SceneClass.POLE, metal, z, x - 0.1, x + 0.1, 0, 1.1);
          brush.rectangle(SceneClass.POLE, metal, z, x - 0.075, x + 0.075, 1.1, height);
          if (arm) {
            double end = x - side * reach;
            brush.bar(SceneClass.POLE, metal, z, 0.09, x, height, end, height + 0.35);
            brush.rectangle(
                SceneClass.POLE, glass, z, end - 0.3, end + 0.3, height + 0.25, height + 0.4);
          } else {
            brush.disc(SceneClass.POLE, glass, z, x, height + 0.2, 0.22, 0.26);
          }
        });
  }

  /** Returns a mast of wood or painted steel: with a cross-arm, or with a lantern on a base. */
  private Thing mast(double x, double z, int side, Draw own) {
    Rgb colour = palette.post(own);
    Material post = Material.plain(colour);
    Material base = Material.plain(colour.times(0.8));
    boolean wires = own.chance(0.5);
    double height = wires ? own.between(6.5, 8.5) : own.between(3.4, 4.6);
    double half = wires ? 0.13 : 0.08;
    return new Thing(
        z,
        brush -> {
          brush.rectangle(SceneClass.POLE, base, z, x - half * 1.7, x + half * 1.7, 0, 0.9);
          brush.rectangle(SceneClass.POLE, post, z, x - half, x + half, 0.9, height);
          if (wires) {
            brush.bar(SceneClass.POLE, post, z, 0.16, x - 1.1, height - 0.5, x + 1.1, height - 0.5);
            double end = x - side * 1.1;
            brush.bar(SceneClass.POLE, post, z, 0.1, x, height - 1.7, end, height - 0.5);
          } else {
            brush.front(
                SceneClass.POLE,
                post,
                z,
                x,
                -0.22,
                height,
                0.22,
                height,
                0.34,
                height + 0.6,
                0,
                height + 0.85,
                -0.34,
                height + 0.6);
          }
        });
  }

  private Thing sign(double x, double z, Draw draw) {
    Draw own = draw.aside();
    if (own.chance(fittings)) {
      return board(x, z, own);
    }
    Material metal = Material.plain(palette.metal);
    int kind = draw.below(7);
    double y = draw.between(2.1, 2.7);
    return new Thing(
        z,
        brush -> {
          brush.rectangle(SceneClass.POLE, metal, z, x - 0.05, x + 0.05, 0, y + 0.3);
          plate(brush, kind, x, y, z - 0.02);
          if (kind == 1 || kind == 4) {
            face(
                brush, WHITE, z - 0.02, x, -0.3, y - 0.72, 0.3, y - 0.72, 0.3, y - 0.45, -0.3,
                y - 0.45);
          }
        });
  }

  /** Returns a board on a post, or on two: a direction, an octagon, an arrow, a back. */
  private Thing board(double x, double z, Draw own) {
    Material post = Material.plain(palette.post(own));
    int kind = own.below(4);
    double y = own.between(1.8, 2.9);
    return new Thing(
        z,
        brush -> {
          double at = z - 0.02;
          double half = kind == 0 ? 0.8 : 0;
          brush.rectangle(SceneClass.POLE, post, z, x - half - 0.08, x - half + 0.08, 0, y + 0.3);
          switch (kind) {
            case 0 -> {
              brush.rectangle(SceneClass.POLE, post, z, x + half - 0.08, x + half + 0.08, 0, y);
              face(brush, GREEN, at, x, -1.1, y - 0.4, 1.1, y - 0.4, 1.1, y + 0.45, -1.1, y + 0.45);
              face(brush, WHITE, at, x, -0.8, y - 0.1, 0.5, y - 0.1, 0.5, y + 0.12, -0.8, y + 0.12);
            }
            case 1 -> {
              double a = 0.17;
              double b = 0.41;
              face(
                  brush, RED, at, x, -a, y - b, a, y - b, b, y - a, b, y + a, a, y + b, -a, y + b,
                  -b, y + a, -b, y - a);
              face(
                  brush, WHITE, at, x, -0.3, y - 0.09, 0.3, y - 0.09, 0.3, y + 0.09, -0.3,
                  y + 0.09);
            }
            case 2 -> {
              face(
                  brush, BROWN, at, x, -0.5, y - 0.22, 0.4, y - 0.22, 0.75, y, 0.4, y + 0.22, -0.5,
                  y + 0.22);
              face(
                  brush, WHITE, at, x, -0.4, y - 0.05, 0.3, y - 0.05, 0.3, y + 0.05, -0.4,
                  y + 0.05);
            }
            default ->
                face(
                    brush, BACK, at, x, -0.4, y - 0.45, 0.4, y - 0.45, 0.4, y + 0.45, -0.4,
                    y + 0.45);
          }
        });
  }

  private void plate(Brush brush, int kind, double x, double y, double z) {
    double r = 0.36;
    switch (kind) {
      case 0, 1 -> {
        brush.disc(SceneClass.TRAFFIC_SIGN, lacquer(RED), z, x, y, r, r);
        brush.disc(SceneClass.TRAFFIC_SIGN, lacquer(WHITE), z, x, y, r * 0.7, r * 0.7);
      }
      case 2 -> {
        face(brush, RED, z, x, -0.44, y - 0.3, 0.44, y - 0.3, 0, y + 0.46);
        face(brush, WHITE, z, x, -0.26, y - 0.2, 0.26, y - 0.2, 0, y + 0.25);
      }
      case 3 -> {
        face(brush, WHITE, z, x, 0, y - 0.5, 0.5, y, 0, y + 0.5, -0.5, y);
        face(brush, YELLOW, z, x, 0, y - 0.38, 0.38, y, 0, y + 0.38, -0.38, y);
      }
      case 4 -> {
        face(brush, BLUE, z, x, -0.34, y - 0.34, 0.34, y - 0.34, 0.34, y + 0.34, -0.34, y + 0.34);
        face(brush, WHITE, z, x, -0.12, y - 0.22, 0.0, y - 0.22, 0.0, y + 0.22, -0.12, y + 0.22);
      }
      case 5 -> {
        brush.disc(SceneClass.TRAFFIC_SIGN, lacquer(BLUE), z, x, y, r, r);
        brush.rectangle(
            SceneClass.TRAFFIC_SIGN, lacquer(WHITE), z, x - 0.06, x + 0.06, y - 0.2, y + 0.2);
      }
      default -> {
        face(
            brush, YELLOW, z, x, -0.9, y - 0.3, 0.9, y - 0.3, 1.05, y, 0.9, y + 0.3, -0.9, y + 0.3);
        brush.rectangle(
            SceneClass.TRAFFIC_SIGN,
            lacquer(Rgb.grey(0.1)),
            z,
            x - 0.65,
            x + 0.6,
            y - 0.06,
            y + 0.08);
      }
    }
  }

  private void face(Brush brush, Rgb colour, double z, double x, double... xy) {
    brush.front(SceneClass.TRAFFIC_SIGN, lacquer(colour), z, x, xy);
  }

  private Thing signal(double x, double z, int side, Draw draw) {
    Material metal = Material.plain(palette.metal);
    boolean arm = draw.chance(0.5);
    boolean stop = draw.chance(0.5);
    double reach = draw.between(2, 3.4);
    boolean lying = draw.aside().chance(fittings);
    return new Thing(
        z,
        brush -> {
          double top = arm ? 5.2 : 3.5;
          brush.rectangle(SceneClass.POLE, metal, z, x - 0.08, x + 0.08, 0, top);
          head(brush, x, 2.85, z - 0.05, stop, lying);
          if (arm) {
            double end = x - side * reach;
            brush.bar(SceneClass.POLE, metal, z, 0.1, x, top, end, top);
            head(brush, end, top - 0.25, z - 0.05, stop, lying);
          }
        });
  }

  /** Paints a head of three lamps, black and upright as in the game, or yellow and lying. */
  private void head(Brush brush, double x, double y, double z, boolean stop, boolean lying) {
    Rgb housing = lying ? new Rgb(0.78, 0.62, 0.14) : new Rgb(0.12, 0.14, 0.13);
    double wide = lying ? 0.55 : 0.22;
    double tall = lying ? 0.22 : 0.55;
    brush.rectangle(
        SceneClass.TRAFFIC_LIGHT, lacquer(housing), z, x - wide, x + wide, y - tall, y + tall);
    Rgb[] lamps = {new Rgb(0.95, 0.12, 0.08), new Rgb(0.95, 0.70, 0.10), new Rgb(0.10, 0.85, 0.40)};
    for (int i = 0; i < 3; i++) {
      boolean lit = stop ? i == 0 : i == 2;
      Material lamp = lacquer(lit ? lamps[i] : lamps[i].times(0.3));
      double along = 0.34 - 0.34 * i;
      double dx = lying ? -along : 0;
      double dy = lying ? 0 : along;
      brush.disc(SceneClass.TRAFFIC_LIGHT, lamp, z, x + dx, y + dy, 0.13, 0.13);
    }
  }

  private Material lacquer(Rgb colour) {
    return Material.plain(palette.lacquer(colour));
  }
}
