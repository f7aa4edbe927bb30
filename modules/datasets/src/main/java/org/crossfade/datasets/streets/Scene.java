package org.crossfade.datasets.streets;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One street with everything on it. */
final class Scene {
  private final Street street;
  private final Palette palette;
  private final Carriageway carriageway;
  private final List<Thing> frontage;
  private final List<Thing> things = new ArrayList<>();
  private final Draw flat;

  private Scene(StyleParameters style, Palette palette, Draw draw) {
    this.palette = palette;
    street = Street.draw(draw.fork());
    carriageway = new Carriageway(street, palette, style);
    flat = draw.fork();
    Greenery greenery = new Greenery(street, palette, style);
    frontage = new ArrayList<>(new Frontage(street, palette, greenery, style).things(draw.fork()));
    things.addAll(greenery.avenue(draw.fork()));
    things.addAll(new Furniture(street, palette, style).things(draw.fork()));
    Vehicles vehicles = new Vehicles(palette, style);
    park(vehicles, style.density(), draw.fork());
    drive(vehicles, style.density(), draw.fork());
    People people = new People(palette, style);
    walk(people, style.density(), draw.fork());
    ride(people, style.density(), draw.fork());
    Comparator<Thing> farFirst = Comparator.comparingDouble(Thing::depth).reversed();
    frontage.sort(farFirst);
    things.sort(farFirst);
  }

  static Scene draw(StyleParameters style, Palette palette, Draw draw) {
    return new Scene(style, palette, draw);
  }

  void paint(Brush brush) {
    carriageway.paint(brush, flat);
    frontage.forEach(thing -> thing.paint().accept(brush));
    things.forEach(thing -> thing.paint().accept(brush));
    bonnet(brush);
  }

  private void park(Vehicles vehicles, double density, Draw draw) {
    for (int side = -1; side <= 1; side += 2) {
      if (!street.parking(side)) {
        continue;
      }
      double taken = draw.between(0.3, 0.9) * density;
      for (double z = draw.between(5, 11); z < 70; z += draw.between(5.6, 7)) {
        double x = side * (street.kerb(side) - 1.15);
        Draw own = draw.fork();
        if (!own.chance(taken) || !street.clearOfCrossing(z, z + 5)) {
          continue;
        }
        if (own.chance(0.012)) {
          things.add(vehicles.truck(x - side * 0.2, z, side < 0, own));
        } else {
          things.add(vehicles.car(x, z, side < 0, own));
        }
      }
    }
  }

  private void drive(Vehicles vehicles, double density, Draw draw) {
    double lane = street.laneWidth();
    boolean tram = street.rails() && draw.chance(0.5);
    if (tram) {
      things.add(vehicles.tram(-lane, draw.between(10, 45), draw.chance(0.6), draw.fork()));
    }
    if (draw.chance(0.55 * density)) {
      lead(vehicles, 0, draw.between(9, 45), false, draw.fork());
    }
    if (!tram) {
      for (double z = draw.between(10, 30); z < 80; z += draw.between(10, 40)) {
        if (draw.chance(0.6 * density)) {
          lead(vehicles, -lane, z, true, draw.fork());
        }
      }
    }
  }

  private void lead(Vehicles vehicles, double x, double z, boolean oncoming, Draw draw) {
    double at = x + draw.between(-0.2, 0.2);
    double kind = draw.unit();
    if (kind < 0.03) {
      things.add(vehicles.truck(at, z + 4, oncoming, draw));
    } else if (kind < 0.095) {
      things.add(vehicles.bus(at, z + 4, oncoming, draw));
    } else {
      things.add(vehicles.car(at, z, oncoming, draw));
    }
  }

  private void walk(People people, double density, Draw draw) {
    int groups = (int) Math.round(draw.between(1.5, 9.5) * density);
    for (int i = 0; i < groups; i++) {
      int side = draw.chance(0.5) ? 1 : -1;
      double z = draw.between(7, 40);
      double x = side * draw.between(street.kerb(side) + 0.6, street.walkEdge(side) - 0.3);
      if (street.hasCrossing() && draw.chance(0.3)) {
        z = street.crossing() - draw.between(1.8, 3.6);
        x = draw.between(-street.leftKerb(), street.rightKerb());
      } else if (!street.clearOfCrossing(z, z)) {
        z = street.crossing() - draw.between(1.8, 3.6);
      }
      int members = draw.chance(0.35) ? 2 : 1;
      for (int k = 0; k < members; k++) {
        things.add(people.pedestrian(x + 0.62 * k, z + 0.1 * k, draw.fork()));
      }
    }
  }

  private void ride(People people, double density, Draw draw) {
    for (int side = -1; side <= 1; side += 2) {
      if (draw.chance(0.55 * density)) {
        int count = 1 + draw.below(4);
        double z = draw.between(8, 22);
        double x = side * (street.walkEdge(side) - 0.5);
        if (!street.clearOfCrossing(z, z + 3)) {
          z = street.crossing() + street.crossingWidth() + 2;
        }
        boolean motor = draw.chance(0.15);
        for (int i = 0; i < count; i++) {
          double at = z + 0.65 * i;
          double turn = draw.between(0.6, 1);
          things.add(
              motor
                  ? people.motorcycle(x, at + i, turn, false, draw.fork())
                  : people.bicycle(x, at, turn, false, draw.fork()));
        }
      }
    }
    if (draw.chance(0.38 * density)) {
      boolean across = street.hasCrossing() && draw.chance(0.4);
      double z = across ? street.crossing() + 1.5 : draw.between(8, 28);
      double x =
          across
              ? draw.between(-street.leftKerb(), street.rightKerb())
              : draw.chance(0.6) ? street.laneWidth() / 2 - 0.3 : -street.laneWidth() * 1.4;
      double turn = across ? 1 : draw.between(0.15, 0.4);
      things.add(
          draw.chance(0.3)
              ? people.motorcycle(x, z, turn, true, draw.fork())
              : people.bicycle(x, z, turn, true, draw.fork()));
    }
  }

  /** The bonnet below the camera, always at the same place, as in a recording car. */
  private void bonnet(Brush brush) {
    Canvas canvas = brush.canvas();
    double w = canvas.width();
    double h = canvas.height();
    double half = h * 0.62;
    double[] xs = new double[17];
    double[] ys = new double[17];
    for (int i = 0; i < 17; i++) {
      double t = (i - 8) / 8.0;
      xs[i] = w / 2 + t * half;
      ys[i] = h * (0.955 + 0.046 * t * t * t * t);
    }
    Material paint = Material.plain(palette.glass().mix(palette.road, 0.25));
    Surface surface = new Surface(Surface.Plane.INFINITY, 0, paint, 1);
    canvas.fill(surface, SceneClass.EGO_VEHICLE, xs, ys, 17);
  }
}
