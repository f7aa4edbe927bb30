package org.crossfade.datasets.streets;

import java.util.ArrayList;
import java.util.List;

/** What lines the street beyond its sidewalks: houses, gardens, walls and fences. */
final class Frontage {
  private final Street street;
  private final Palette palette;
  private final Greenery greenery;
  private final double surfaces;

  Frontage(Street street, Palette palette, Greenery greenery, StyleParameters style) {
    this.street = street;
    this.palette = palette;
    this.greenery = greenery;
    this.surfaces = style.surfaces();
  }

  /** Returns both rows, with what closes the street at its end. */
  List<Thing> things(Draw draw) {
    List<Thing> things = new ArrayList<>();
    closeStreet(things, draw.fork());
    double urban = draw.between(0.4, 0.92);
    double storeys = draw.between(3.2, 7.4);
    for (int side = -1; side <= 1; side += 2) {
      row(things, side, urban, storeys, draw.fork());
    }
    return things;
  }

  private void closeStreet(List<Thing> things, Draw draw) {
    double z = Street.END + 8;
    for (double x = -85; x < 85; ) {
      double width = draw.between(9, 17);
      double from = x;
      Draw own = draw.fork();
      if (own.chance(0.5)) {
        double height = own.between(10, 18);
        things.add(new Thing(z + 6, brush -> house(brush, own, z + 6, from, width, height)));
      } else {
        things.add(greenery.crown(z, x + width / 2, own.between(4, 8), own.between(5, 8), own));
      }
      x += width * draw.between(0.7, 1.05);
    }
  }

  private void house(Brush brush, Draw draw, double z, double x, double width, double height) {
    Material walls = facade(draw);
    brush.rectangle(SceneClass.BUILDING, walls, z, x, x + width, 0, height);
    brush.front(
        SceneClass.BUILDING,
        Material.plain(palette.roof(draw)),
        z,
        x,
        -0.4,
        height,
        width * 0.3,
        height + 2.4,
        width * 0.7,
        height + 2.4,
        width + 0.4,
        height);
  }

  private void row(List<Thing> things, int side, double urban, double storeys, Draw draw) {
    double z = draw.between(-12, 2);
    while (z < Street.END) {
      if (!street.clearOfCrossing(z, z + 1)) {
        z = street.crossing() + street.crossingWidth() + 1;
      }
      double length = draw.between(9, 22);
      if (street.hasCrossing() && z < street.crossing()) {
        length = Math.min(length, street.crossing() - 1 - z);
      }
      if (length > 2) {
        plot(things, side, z, length, urban, storeys, draw.fork());
      }
      z += length + 0.01;
    }
  }

  private void plot(
      List<Thing> things,
      int side,
      double z,
      double length,
      double urban,
      double storeys,
      Draw draw) {
    double x = street.frontage(side);
    double kind = draw.unit();
    if (kind < urban) {
      double height = Math.max(2, storeys + draw.between(-1.2, 1.2)) * 3.1;
      building(things, side, x + draw.between(0, 0.8), z, length, height, draw);
      return;
    }
    double rest = (kind - urban) / (1 - urban);
    double depth = Math.max(z, 1);
    if (rest < 0.28) {
      Draw own = draw.aside();
      Material brick =
          Material.of(Texture.MASONRY, palette.masonry(draw), palette.joint, draw).pitched(0.6);
      Material wall = own.chance(surfaces) ? panels(own) : brick;
      double height = draw.between(1.5, 2.9);
      barrier(things, SceneClass.WALL, wall, side, x, z, length, height);
    } else if (rest < 0.64) {
      Draw own = draw.aside();
      Rgb colour = palette.fence(draw);
      Material bars =
          Material.of(Texture.BARS, colour, palette.leaf(draw).times(0.8), draw)
              .pitched(draw.between(0.25, 0.4));
      Material fence = own.chance(surfaces) ? boardsOrMesh(own) : bars;
      double height = draw.between(1.0, 2.0);
      barrier(things, SceneClass.FENCE, fence, side, x, z, length, height);
    } else if (rest < 0.8) {
      things.add(greenery.hedge(side * (x + 0.4), z, length, draw.between(1.1, 2.4), draw.fork()));
    }
    if (draw.chance(0.5)) {
      double height = Math.max(2, storeys - 1) * 3.1;
      building(things, side, x + draw.between(6, 12), z, length, height, draw);
    }
    for (double at = z + 1.5; at < z + length; at += draw.between(2.5, 5)) {
      double back = x + draw.between(2, 5);
      double height = draw.between(3, 7.5);
      double radius = draw.between(1.6, 3.2);
      things.add(greenery.crown(Math.max(at, depth), side * back, height, radius, draw.fork()));
    }
  }

  private void barrier(
      List<Thing> things,
      SceneClass label,
      Material material,
      int side,
      double x,
      double z,
      double length,
      double height) {
    things.add(
        new Thing(
            Math.max(z, 0.9),
            brush -> brush.side(label, material, side * x, z, z + length, 0, height)));
  }

  private void building(
      List<Thing> things, int side, double x, double z, double length, double height, Draw own) {
    Draw draw = own.fork();
    things.add(
        new Thing(
            Math.max(z, 0.8),
            brush -> {
              Material walls = facade(draw);
              double inner = side * x;
              double outer = side * (x + 10);
              if (z > Camera.NEAR + 1) {
                brush.rectangle(SceneClass.BUILDING, walls, z, inner, outer, 0, height);
              }
              if (draw.chance(0.6)) {
                roof(brush, walls, side, x, z, length, height, draw);
              }
              brush.side(SceneClass.BUILDING, walls, inner, z, z + length, 0, height);
              Material trim = Material.plain(walls.colour().times(0.8));
              brush.side(SceneClass.BUILDING, trim, inner, z, z + length, height - 0.3, height);
            }));
  }

  /** Paints the gable, and the slope towards the street where the camera looks onto it. */
  private void roof(
      Brush brush,
      Material walls,
      int side,
      double x,
      double z,
      double length,
      double height,
      Draw draw) {
    double eaves = x - 0.35;
    double ridge = x + 4.5;
    double top = height + draw.between(2, 3.5);
    Rgb colour = palette.roof(draw);
    Material gable = Material.plain(walls.colour());
    if (z > Camera.NEAR + 1) {
      brush.front(
          SceneClass.BUILDING,
          gable,
          z,
          0,
          side * eaves,
          height,
          side * ridge,
          top,
          side * (x + 9.3),
          height);
    }
    double seen = height - eaves * (top - height) / (ridge - eaves);
    if (seen < brush.camera().height()) {
      Material tiles = Material.of(Texture.MASONRY, colour, colour.times(0.8), draw).pitched(0.5);
      brush.slope(
          SceneClass.BUILDING, tiles, side * eaves, height, side * ridge, top, z, z + length);
    }
  }

  private Material facade(Draw draw) {
    Draw own = draw.aside();
    Rgb colour = palette.facade(draw);
    Material windows =
        Material.of(Texture.FACADE, colour, palette.pane, draw).pitched(draw.between(2.1, 3.4));
    return own.chance(surfaces) ? cladding(colour, own) : windows;
  }

  /** Returns a house of glass bands, of timber, or of bare brick. */
  private Material cladding(Rgb facade, Draw own) {
    double kind = own.unit();
    Rgb colour = palette.cladding(own);
    if (kind < 0.45) {
      Rgb glass = own.chance(0.5) ? new Rgb(0.36, 0.46, 0.50) : new Rgb(0.16, 0.19, 0.22);
      return Material.of(Texture.RIBBONS, colour, glass, own).pitched(own.between(1.2, 2.4));
    }
    if (kind < 0.75) {
      Rgb plaster = new Rgb(0.80, 0.76, 0.66).vary(own, 0.05);
      Rgb beams = own.chance(0.5) ? new Rgb(0.22, 0.15, 0.11) : new Rgb(0.38, 0.18, 0.14);
      return Material.of(Texture.TIMBER, plaster, beams, own).pitched(own.between(1.6, 2.4));
    }
    return Material.of(Texture.MASONRY, facade, facade.times(0.72), own)
        .pitched(own.between(0.5, 1.2));
  }

  private Material panels(Draw own) {
    Rgb concrete = own.chance(0.6) ? Rgb.grey(0.62) : new Rgb(0.40, 0.46, 0.40);
    return Material.of(Texture.PANELS, concrete.vary(own, 0.05), concrete.times(0.6), own);
  }

  private Material boardsOrMesh(Draw own) {
    if (own.chance(0.5)) {
      Rgb wood = own.pick(new Rgb(0.44, 0.33, 0.24), Rgb.grey(0.68), new Rgb(0.34, 0.22, 0.16));
      return Material.of(Texture.BOARDS, wood.vary(own, 0.04), wood.times(0.45), own)
          .pitched(own.between(0.18, 0.3));
    }
    Rgb behind = palette.earth().mix(palette.horizon, own.between(0, 0.4));
    return Material.of(Texture.MESH, Rgb.grey(0.66).vary(own, 0.05), behind, own).pitched(0.28);
  }
}
