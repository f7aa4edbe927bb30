package org.crossfade.datasets.streets;

import java.util.ArrayList;
import java.util.List;

/** Trees, hedges and bushes. */
final class Greenery {
  private final Street street;
  private final Palette palette;

  Greenery(Street street, Palette palette) {
    this.street = street;
    this.palette = palette;
  }

  /** Returns the trees along the sidewalks. */
  List<Thing> avenue(Draw draw) {
    List<Thing> things = new ArrayList<>();
    for (int side = -1; side <= 1; side += 2) {
      if (!draw.chance(0.52)) {
        continue;
      }
      boolean atKerb = draw.chance(0.5);
      double distance = draw.between(8, 14);
      for (double z = draw.between(7, 16); z < 80; z += distance * draw.between(0.8, 1.2)) {
        double x = side * (atKerb ? street.kerb(side) + 0.7 : street.frontage(side) - 0.4);
        if (street.clearOfCrossing(z - 1, z + 1)) {
          things.add(tree(z, x, draw.fork()));
        }
      }
    }
    return things;
  }

  private Thing tree(double z, double x, Draw draw) {
    double height = draw.between(4.6, 7.2);
    double radius = draw.between(1.7, 2.8);
    double girth = draw.between(0.12, 0.22);
    Material bark = Material.plain(palette.bark(draw));
    Thing crown = leaves(z, x, height, radius, false, draw);
    return new Thing(
        z,
        brush -> {
          brush.shadow(brush.light().shadow(), x - radius, x + radius, z - radius, z + radius);
          brush.rectangle(SceneClass.VEGETATION, bark, z, x - girth, x + girth, 0, height);
          crown.paint().accept(brush);
        });
  }

  /** Returns a crown of leaves about the point (x, height), down to the ground if it is low. */
  Thing crown(double z, double x, double height, double radius, Draw draw) {
    return leaves(z, x, height, radius, height < radius * 2.1, draw);
  }

  private Thing leaves(double z, double x, double height, double radius, boolean bushy, Draw draw) {
    Rgb leaf = palette.leaf(draw);
    Draw own = draw.fork();
    return new Thing(
        z,
        brush -> {
          for (int i = 0; i < 6; i++) {
            double dx = i == 0 ? 0 : own.between(-0.7, 0.7) * radius;
            double dy = i == 0 ? 0 : own.between(-0.55, 0.6) * radius;
            double size = i == 0 ? radius : radius * own.between(0.45, 0.7);
            double tone = 0.86 + 0.25 * (dy / radius) + 0.04 * i;
            Material leaves =
                Material.of(Texture.LEAVES, leaf.times(tone), leaf.times(tone * 0.5), own);
            brush.clump(SceneClass.VEGETATION, leaves, z, x + dx, height + dy, size, size, own);
          }
          if (bushy) {
            Material leaves = Material.of(Texture.LEAVES, leaf.times(0.8), leaf.times(0.4), own);
            double low = (height - radius * 0.5) / 2;
            brush.clump(
                SceneClass.VEGETATION,
                leaves,
                z,
                x,
                low,
                radius * 0.9,
                Math.max(0.4, low * 1.2),
                own);
          }
        });
  }

  /** Returns a hedge along the street from {@code z} on. */
  Thing hedge(double x, double z, double length, double height, Draw draw) {
    Rgb leaf = palette.leaf(draw).times(0.9);
    Material leaves = Material.of(Texture.LEAVES, leaf, leaf.times(0.55), draw);
    return new Thing(
        Math.max(z, 0.9),
        brush -> {
          double end = x + Math.signum(x) * 0.9;
          if (z > 1.5) {
            brush.rectangle(SceneClass.VEGETATION, leaves, z, x, end, 0, height);
          }
          brush.side(SceneClass.VEGETATION, leaves, x, z, z + length, 0, height);
        });
  }
}
