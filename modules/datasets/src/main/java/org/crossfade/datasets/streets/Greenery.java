package org.crossfade.datasets.streets;

import java.util.ArrayList;
import java.util.List;

/** Trees, hedges and bushes. */
final class Greenery {
  private final Street street;
  private final Palette palette;
  private final double season;

  Greenery(Street street, Palette palette, StyleParameters style) {
    this.street = street;
    this.palette = palette;
    this.season = style.season();
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
    Draw late = draw.aside();
    boolean turned = late.chance(season);
    double kind = late.unit();
    if (turned && kind < 0.5) {
      return bare(z, x, height, radius, late);
    }
    if (turned && kind < 0.7) {
      return conifer(z, x, height, radius, late);
    }
    Rgb summer = palette.leaf(draw);
    Rgb leaf = turned ? palette.autumnLeaf(late) : summer;
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

  /** Returns a crown without leaves: limbs that fan out of the trunk, and a veil of twigs. */
  private Thing bare(double z, double x, double height, double radius, Draw draw) {
    Rgb bark = palette.bark(draw);
    Material wood = Material.plain(bark.times(0.85));
    Material twigs = Material.of(Texture.TWIGS, bark, bark.mix(palette.horizon, 0.6), draw);
    Draw own = draw.fork();
    return new Thing(
        z,
        brush -> {
          double fork = Math.max(0.2, height - radius);
          brush.clump(SceneClass.VEGETATION, twigs, z, x, height, radius * 0.9, radius, own);
          brush.bar(SceneClass.VEGETATION, wood, z, 0.3, x, 0, x, fork);
          for (int i = 0; i < 7; i++) {
            double reach = (i - 3) / 3.0 * radius * own.between(0.8, 1.15);
            double top = height + radius * own.between(0.2, 1.15) * (1 - 0.15 * Math.abs(i - 3));
            brush.bar(SceneClass.VEGETATION, wood, z, 0.13, x, fork, x + reach, top);
          }
        });
  }

  /** Returns a tree of needles, in three tiers. */
  private Thing conifer(double z, double x, double height, double radius, Draw draw) {
    Rgb needle = palette.needle(draw);
    Material needles = Material.of(Texture.LEAVES, needle, needle.times(0.6), draw);
    return new Thing(
        z,
        brush -> {
          double top = height + radius * 1.3;
          double low = Math.max(0.3, height - radius * 1.2);
          for (int i = 0; i < 3; i++) {
            double y = low + (top - low) * 0.27 * i;
            double half = radius * (0.85 - 0.22 * i);
            brush.front(
                SceneClass.VEGETATION, needles, z, x, -half, y, half, y, 0, y + (top - low) * 0.46);
          }
        });
  }

  /** Returns a hedge along the street from {@code z} on. */
  Thing hedge(double x, double z, double length, double height, Draw draw) {
    Draw late = draw.aside();
    Rgb green = palette.leaf(draw).times(0.9);
    Rgb leaf = late.chance(season) ? palette.autumnLeaf(late).times(0.75) : green;
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
