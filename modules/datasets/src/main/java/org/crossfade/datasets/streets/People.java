package org.crossfade.datasets.streets;

/** People on foot and on two wheels, and two-wheelers without anyone. */
final class People {
  private final Palette palette;
  private final double clothing;

  People(Palette palette, StyleParameters style) {
    this.palette = palette;
    this.clothing = style.clothing();
  }

  /** Returns someone standing or walking. */
  Thing pedestrian(double x, double z, Draw draw) {
    Draw own = draw.aside();
    if (own.chance(clothing)) {
      return wrapped(x, z, own);
    }
    double size = draw.chance(0.12) ? draw.between(0.62, 0.8) : draw.between(0.92, 1.06);
    Material coat = Material.plain(palette.coat(draw));
    Material legs = Material.plain(palette.trousers(draw));
    Material skin = Material.plain(palette.skin(draw));
    Material hair = Material.plain(palette.bark(draw).times(0.7));
    double stride = draw.between(0, 0.24);
    double lean = draw.chance(0.5) ? 1 : -1;
    boolean skirt = draw.chance(0.25);
    return new Thing(
        z,
        brush -> {
          double s = size;
          SceneClass label = SceneClass.PERSON;
          brush.shadow(0.6, x - 0.3 * s, x + 0.3 * s, z - 0.15, z + 0.25);
          brush.bar(label, legs, z, 0.17 * s, x - 0.07 * s, 0.85 * s, x - (0.09 + stride) * s, 0);
          brush.bar(label, legs, z, 0.17 * s, x + 0.07 * s, 0.85 * s, x + (0.09 + stride) * s, 0);
          double hip = skirt ? 0.3 * s : 0.2 * s;
          double hem = skirt ? 0.55 * s : 0.78 * s;
          brush.front(
              label, coat, z, x, -hip, hem, hip, hem, 0.25 * s, 1.42 * s, 0.1 * s, 1.5 * s,
              -0.1 * s, 1.5 * s, -0.25 * s, 1.42 * s);
          Material sleeve = Material.plain(coat.colour().times(0.85));
          brush.bar(
              label,
              sleeve,
              z,
              0.11 * s,
              x - 0.24 * s,
              1.4 * s,
              x - (0.27 + stride / 2) * s,
              0.85 * s);
          brush.bar(
              label,
              sleeve,
              z,
              0.11 * s,
              x + 0.24 * s,
              1.4 * s,
              x + (0.27 + stride / 2) * s,
              0.85 * s);
          brush.disc(label, hair, z, x, 1.65 * s, 0.115 * s, 0.14 * s);
          brush.disc(label, skin, z, x + 0.03 * lean * s, 1.62 * s, 0.085 * s, 0.11 * s);
        });
  }

  /** Returns someone in a long coat with a hood or a hat, some under an umbrella or with a bag. */
  private Thing wrapped(double x, double z, Draw draw) {
    double s = draw.between(0.92, 1.06);
    Material coat = Material.plain(palette.overcoat(draw));
    Material shade = Material.plain(coat.colour().times(0.75));
    Material boots = Material.plain(palette.rubber().times(1.6));
    Material skin = Material.plain(palette.skin(draw));
    Material cover = Material.plain(palette.overcoat(draw));
    double hem = draw.between(0.25, 0.6) * s;
    double flare = draw.between(0.24, 0.34) * s;
    double way = draw.chance(0.5) ? 1 : -1;
    boolean umbrella = draw.chance(0.3);
    boolean bag = draw.chance(0.4);
    return new Thing(
        z,
        brush -> {
          SceneClass label = SceneClass.PERSON;
          brush.shadow(0.6, x - 0.35 * s, x + 0.35 * s, z - 0.15, z + 0.25);
          brush.bar(label, boots, z, 0.14 * s, x - 0.11 * s, hem, x - 0.14 * s, 0);
          brush.bar(label, boots, z, 0.14 * s, x + 0.11 * s, hem, x + 0.14 * s, 0);
          if (bag) {
            brush.disc(label, cover, z, x - 0.28 * way * s, 1.15 * s, 0.2 * s, 0.3 * s);
          }
          brush.front(
              label, coat, z, x, -flare, hem, flare, hem, 0.24 * s, 1.3 * s, 0.12 * s, 1.52 * s,
              -0.12 * s, 1.52 * s, -0.24 * s, 1.3 * s);
          brush.bar(
              label, shade, z, 0.15 * s, x + 0.22 * s * way, 1.35 * s, x + 0.3 * s * way, 0.95 * s);
          brush.disc(label, cover, z, x, 1.63 * s, 0.16 * s, 0.18 * s);
          brush.disc(label, skin, z, x + 0.05 * way * s, 1.59 * s, 0.075 * s, 0.1 * s);
          if (umbrella) {
            double hand = x + 0.3 * way * s;
            brush.bar(label, boots, z, 0.04, hand, 0.95 * s, hand, 2.0 * s);
            brush.front(
                label, cover, z, hand, -0.62, 1.86 * s, 0.62, 1.86 * s, 0.4, 2.12 * s, 0, 2.22 * s,
                -0.4, 2.12 * s);
          }
        });
  }

  /**
   * Returns a bicycle.
   *
   * @param turn how much of its side is seen, 0.2 (along the street) to 1 (across it)
   */
  Thing bicycle(double x, double z, double turn, boolean ridden, Draw draw) {
    Material frame = Material.plain(palette.paint(draw));
    Material rubber = Material.plain(palette.rubber());
    Material spokes = Material.plain(palette.paving.times(0.75));
    Draw local = draw.aside();
    boolean loaded = local.chance(clothing);
    Material load = Material.plain(palette.cargo(local).times(0.7));
    Draw own = draw.fork();
    return new Thing(
        z,
        brush -> {
          SceneClass label = SceneClass.BICYCLE;
          double t = turn;
          brush.shadow(0.6, x - 0.8 * t, x + 0.8 * t, z - 0.1, z + 0.15);
          double rx = 0.36 * Math.max(t, 0.14);
          for (int end = -1; end <= 1; end += 2) {
            brush.disc(label, rubber, z, x + end * 0.55 * t, 0.36, rx, 0.36);
            brush.disc(label, spokes, z, x + end * 0.55 * t, 0.36, rx * 0.72, 0.26);
          }
          brush.bar(label, frame, z, 0.06, x - 0.55 * t, 0.36, x - 0.15 * t, 0.82);
          brush.bar(label, frame, z, 0.06, x - 0.15 * t, 0.78, x + 0.42 * t, 0.78);
          brush.bar(label, frame, z, 0.06, x - 0.08 * t, 0.4, x + 0.42 * t, 0.78);
          brush.bar(label, frame, z, 0.06, x - 0.08 * t, 0.4, x - 0.2 * t, 0.92);
          brush.bar(label, frame, z, 0.06, x + 0.55 * t, 0.36, x + 0.38 * t, 1.0);
          double bar = 0.12 + 0.16 * (1 - t);
          brush.bar(label, rubber, z, 0.05, x + 0.38 * t - bar, 1.02, x + 0.38 * t + bar, 1.02);
          brush.rectangle(label, rubber, z, x - 0.32 * t, x - 0.08 * t, 0.9, 0.97);
          if (loaded) {
            double wide = 0.12 + 0.16 * t;
            brush.rectangle(label, load, z, x - 0.55 * t - wide, x - 0.55 * t + wide, 0.42, 0.85);
            brush.rectangle(label, spokes, z, x + 0.5 * t - 0.18, x + 0.5 * t + 0.18, 0.8, 1.1);
          }
          if (ridden) {
            rider(brush, x - 0.12 * t, z, t, 0.92, false, own);
          }
        });
  }

  /** Returns a motorcycle or scooter. */
  Thing motorcycle(double x, double z, double turn, boolean ridden, Draw draw) {
    Material body = Material.plain(palette.paint(draw));
    Material rubber = Material.plain(palette.rubber());
    Material metal = Material.plain(palette.metal);
    Draw local = draw.aside();
    boolean scooter = local.chance(clothing);
    Material load = Material.plain(palette.cargo(local).times(0.6));
    Draw own = draw.fork();
    return new Thing(
        z,
        brush -> {
          SceneClass label = SceneClass.MOTORCYCLE;
          double t = turn;
          brush.shadow(0.5, x - 0.95 * t, x + 0.95 * t, z - 0.15, z + 0.2);
          double rx = 0.32 * Math.max(t, 0.35);
          for (int end = -1; end <= 1; end += 2) {
            brush.disc(label, rubber, z, x + end * 0.66 * t, 0.32, rx, 0.32);
            brush.disc(label, metal, z, x + end * 0.66 * t, 0.32, rx * 0.45, 0.15);
          }
          double w = Math.max(t, 0.4);
          brush.front(
              label, body, z, x, -0.85 * w, 0.72, -0.8 * w, 0.88, -0.2 * w, 0.82, 0.1 * w, 1.02,
              0.5 * w, 0.98, 0.66 * w, 0.6, 0.25 * w, 0.34, -0.4 * w, 0.34);
          brush.rectangle(label, rubber, z, x - 0.7 * w, x + 0.05 * w, 0.82, 0.93);
          brush.rectangle(label, metal, z, x - 0.25 * w, x + 0.2 * w, 0.34, 0.55);
          if (scooter) {
            brush.rectangle(label, body, z, x + 0.3 * w, x + 0.55 * w, 0.3, 1.15);
            brush.rectangle(label, load, z, x - 0.95 * w, x - 0.5 * w, 0.85, 1.3);
          }
          double bar = 0.14 + 0.24 * (1 - t);
          brush.bar(label, rubber, z, 0.07, x + 0.45 * t - bar, 1.1, x + 0.45 * t + bar, 1.1);
          Material lamp = Material.plain(palette.lacquer(new Rgb(0.75, 0.1, 0.09)));
          brush.disc(label, lamp, z, x - 0.84 * w * t, 0.8, 0.08, 0.07);
          if (ridden) {
            rider(brush, x - 0.2 * t, z, t, 0.9, true, own);
          }
        });
  }

  private void rider(
      Brush brush, double x, double z, double t, double seat, boolean helmet, Draw draw) {
    SceneClass label = SceneClass.RIDER;
    Draw local = draw.aside();
    boolean courier = local.chance(clothing);
    Rgb garment = palette.coat(draw);
    Material coat = Material.plain(courier ? palette.overcoat(local) : garment);
    Material box = Material.plain(palette.cargo(local));
    Material legs = Material.plain(palette.trousers(draw));
    Rgb head = helmet || draw.chance(0.5) ? palette.paint(draw) : palette.bark(draw);
    double split = 0.17 * (1 - t);
    double ahead = 0.28 * t;
    brush.bar(label, legs, z, 0.16, x - split, seat, x - split + ahead, seat - 0.38);
    brush.bar(label, legs, z, 0.14, x - split + ahead, seat - 0.36, x - split + ahead * 0.5, 0.22);
    brush.bar(label, legs, z, 0.16, x + split, seat, x + split + ahead * 0.8, seat - 0.42);
    brush.bar(label, legs, z, 0.14, x + split + ahead * 0.8, seat - 0.4, x + split, 0.3);
    double lean = 0.3 * t;
    double half = 0.15 + 0.08 * (1 - t);
    brush.front(
        label,
        coat,
        z,
        x,
        -half,
        seat - 0.06,
        half,
        seat - 0.06,
        lean + half,
        seat + 0.56,
        lean + 0.06,
        seat + 0.66,
        lean - half,
        seat + 0.58);
    if (courier) {
      double back = x + lean * 0.5 - 0.3 * t;
      brush.rectangle(label, box, z, back - 0.24, back + 0.24, seat + 0.05, seat + 0.58);
    }
    Material sleeve = Material.plain(coat.colour().times(0.85));
    double shoulder = half * (1 - t);
    brush.bar(
        label,
        sleeve,
        z,
        0.11,
        x + lean - shoulder,
        seat + 0.52,
        x + 0.55 * t - split,
        seat + 0.18);
    brush.bar(
        label,
        sleeve,
        z,
        0.11,
        x + lean + shoulder,
        seat + 0.52,
        x + 0.55 * t + split,
        seat + 0.18);
    double radius = helmet ? 0.15 : 0.125;
    brush.disc(
        label, Material.plain(palette.skin(draw)), z, x + lean * 1.25, seat + 0.74, 0.1, 0.13);
    brush.disc(label, Material.plain(head), z, x + lean * 1.2, seat + 0.79, radius, radius + 0.01);
  }
}
