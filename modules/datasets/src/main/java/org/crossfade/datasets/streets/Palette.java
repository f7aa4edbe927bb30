package org.crossfade.datasets.streets;

/**
 * The colours of one scene: the game's, the city's, or a mixture by {@link
 * StyleParameters#palette()}. Both lists keep the order of lightness that streets have (sky over
 * paving over road over glass), which is what a network can carry from one domain to the other.
 * What the game does not have at all, such as a road of pale concrete, has colours that keep no
 * such order.
 */
final class Palette {
  private static final Rgb WHITE = Rgb.grey(0.9);

  private final double shift;
  private final City city;

  /** The carriageway. */
  final Rgb road;

  /** Lines on the carriageway. */
  final Rgb line;

  /** The sidewalk. */
  final Rgb paving;

  /** The kerb and the joints of the sidewalk. */
  final Rgb joint;

  /** The sky overhead and at the horizon. */
  final Rgb zenith;

  final Rgb horizon;

  /** Lamp posts and the posts of signs. */
  final Rgb metal;

  /** Window panes of houses. */
  final Rgb pane;

  Palette(StyleParameters style, City city, Draw draw) {
    this.shift = style.palette();
    this.city = city;
    Rgb cityRoad = new Rgb(0.28, 0.30, 0.33).mix(new Rgb(0.42, 0.41, 0.39), city.roadTone());
    road = blend(new Rgb(0.36, 0.37, 0.41), cityRoad).vary(draw, 0.025);
    line = blend(Rgb.grey(0.93), Rgb.grey(0.72)).vary(draw, 0.04);
    Rgb cityPaving = new Rgb(0.55, 0.55, 0.54).mix(new Rgb(0.60, 0.48, 0.42), city.pavingTone());
    paving = blend(new Rgb(0.68, 0.65, 0.60), cityPaving).vary(draw, 0.03);
    joint = paving.times(0.78);
    boolean overcast = draw.chance(0.35);
    Rgb gameZenith = overcast ? new Rgb(0.66, 0.77, 0.93) : new Rgb(0.30, 0.55, 0.93);
    Rgb cityZenith = draw.chance(0.4) ? new Rgb(0.62, 0.73, 0.88) : new Rgb(0.79, 0.83, 0.89);
    zenith = blend(gameZenith, cityZenith).vary(draw, 0.03);
    horizon = blend(new Rgb(0.82, 0.90, 0.98), new Rgb(0.90, 0.92, 0.94)).vary(draw, 0.02);
    metal = blend(new Rgb(0.46, 0.48, 0.52), new Rgb(0.33, 0.35, 0.35)).vary(draw, 0.05);
    pane = blend(new Rgb(0.26, 0.38, 0.52), new Rgb(0.22, 0.23, 0.25)).vary(draw, 0.03);
  }

  private Rgb blend(Rgb game, Rgb real) {
    return game.mix(real, shift);
  }

  /** Returns the colour of a house. */
  Rgb facade(Draw draw) {
    Rgb game =
        draw.pick(
            new Rgb(0.86, 0.72, 0.50),
            new Rgb(0.74, 0.43, 0.34),
            new Rgb(0.80, 0.78, 0.74),
            new Rgb(0.62, 0.68, 0.76),
            new Rgb(0.88, 0.80, 0.66),
            new Rgb(0.58, 0.40, 0.32));
    Rgb own =
        switch (city.house()) {
          case BRICK ->
              draw.pick(
                  new Rgb(0.48, 0.29, 0.23), new Rgb(0.55, 0.37, 0.29), new Rgb(0.60, 0.54, 0.48));
          case PLASTER ->
              draw.pick(
                  new Rgb(0.74, 0.69, 0.58), new Rgb(0.70, 0.60, 0.46), new Rgb(0.66, 0.66, 0.64));
          case STONE ->
              draw.pick(
                  new Rgb(0.62, 0.54, 0.43), new Rgb(0.54, 0.48, 0.41), new Rgb(0.68, 0.58, 0.48));
          case CONCRETE ->
              draw.pick(
                  new Rgb(0.55, 0.55, 0.54), new Rgb(0.47, 0.48, 0.50), new Rgb(0.65, 0.63, 0.59));
        };
    return blend(game, own).vary(draw, 0.05);
  }

  /** Returns the colour of a roof. */
  Rgb roof(Draw draw) {
    Rgb tiles = blend(new Rgb(0.66, 0.30, 0.22), new Rgb(0.45, 0.28, 0.23));
    Rgb slate = blend(new Rgb(0.34, 0.37, 0.44), new Rgb(0.31, 0.31, 0.32));
    return (draw.chance(0.6) ? tiles : slate).vary(draw, 0.04);
  }

  /** Returns the colour of leaves. */
  Rgb leaf(Draw draw) {
    Rgb summer = new Rgb(0.24, 0.36, 0.16);
    Rgb autumn = draw.pick(new Rgb(0.46, 0.38, 0.15), new Rgb(0.38, 0.40, 0.18));
    double turned = Math.min(1, city.season() * draw.between(0.5, 1.3));
    return blend(new Rgb(0.28, 0.52, 0.17), summer.mix(autumn, turned)).vary(draw, 0.04);
  }

  /** Returns the colour of bark. */
  Rgb bark(Draw draw) {
    return blend(new Rgb(0.40, 0.28, 0.18), new Rgb(0.26, 0.23, 0.20)).vary(draw, 0.03);
  }

  /** Returns the colour of grass. */
  Rgb grass(Draw draw) {
    Rgb dry = new Rgb(0.40, 0.44, 0.24).mix(new Rgb(0.50, 0.45, 0.29), city.season());
    return blend(new Rgb(0.42, 0.64, 0.25), dry).vary(draw, 0.03);
  }

  /** Returns the colour of bare earth. */
  Rgb earth() {
    return blend(new Rgb(0.52, 0.44, 0.28), new Rgb(0.40, 0.36, 0.29));
  }

  /** Returns the colour of a free-standing wall. */
  Rgb masonry(Draw draw) {
    Rgb game = draw.pick(new Rgb(0.66, 0.62, 0.58), new Rgb(0.64, 0.44, 0.36), Rgb.grey(0.58));
    Rgb own = draw.pick(new Rgb(0.46, 0.44, 0.42), new Rgb(0.45, 0.34, 0.29), Rgb.grey(0.52));
    return blend(game, own).vary(draw, 0.04);
  }

  /** Returns the colour of a fence's bars or boards. */
  Rgb fence(Draw draw) {
    Rgb game = draw.pick(new Rgb(0.30, 0.40, 0.34), new Rgb(0.56, 0.40, 0.26), Rgb.grey(0.72));
    Rgb own = draw.pick(new Rgb(0.22, 0.27, 0.24), new Rgb(0.38, 0.30, 0.23), Rgb.grey(0.50));
    return blend(game, own).vary(draw, 0.03);
  }

  /** Returns the paint of a car or a motorcycle. */
  Rgb paint(Draw draw) {
    Rgb game =
        draw.pick(
            new Rgb(0.78, 0.14, 0.12),
            new Rgb(0.15, 0.30, 0.68),
            new Rgb(0.90, 0.90, 0.92),
            new Rgb(0.90, 0.70, 0.14),
            new Rgb(0.16, 0.17, 0.19),
            new Rgb(0.60, 0.63, 0.68));
    Rgb own =
        draw.pick(
            new Rgb(0.12, 0.12, 0.13),
            new Rgb(0.55, 0.56, 0.57),
            new Rgb(0.32, 0.33, 0.35),
            new Rgb(0.78, 0.78, 0.77),
            new Rgb(0.16, 0.20, 0.32),
            new Rgb(0.44, 0.13, 0.12));
    return blend(game, own).vary(draw, 0.04);
  }

  /** Returns the colour of a lorry's box. */
  Rgb cargo(Draw draw) {
    Rgb game = draw.pick(WHITE, new Rgb(0.92, 0.62, 0.16), new Rgb(0.20, 0.46, 0.72));
    Rgb own = draw.pick(Rgb.grey(0.76), new Rgb(0.70, 0.62, 0.40), new Rgb(0.33, 0.42, 0.50));
    return blend(game, own).vary(draw, 0.04);
  }

  /** Returns the colour of a bus. */
  Rgb bus(Draw draw) {
    Rgb game = draw.pick(new Rgb(0.86, 0.20, 0.16), new Rgb(0.94, 0.76, 0.20));
    Rgb own = draw.pick(new Rgb(0.66, 0.20, 0.17), new Rgb(0.74, 0.70, 0.60));
    return blend(game, own).vary(draw, 0.04);
  }

  /** Returns the colour of a tram. */
  Rgb tram(Draw draw) {
    Rgb game = draw.pick(new Rgb(0.16, 0.52, 0.42), new Rgb(0.90, 0.86, 0.72));
    Rgb own = draw.pick(new Rgb(0.24, 0.40, 0.36), new Rgb(0.72, 0.68, 0.54));
    return blend(game, own).vary(draw, 0.04);
  }

  /** Returns the colour of vehicle glass. */
  Rgb glass() {
    return blend(new Rgb(0.16, 0.22, 0.28), new Rgb(0.15, 0.16, 0.17));
  }

  /** Returns the colour of tyres and of a car's underside. */
  Rgb rubber() {
    return blend(Rgb.grey(0.09), Rgb.grey(0.10));
  }

  /** Returns the colour of an upper garment. */
  Rgb coat(Draw draw) {
    Rgb game =
        draw.pick(
            new Rgb(0.80, 0.22, 0.20),
            new Rgb(0.20, 0.40, 0.76),
            new Rgb(0.92, 0.84, 0.40),
            WHITE,
            new Rgb(0.22, 0.22, 0.26));
    Rgb own =
        draw.pick(
            new Rgb(0.17, 0.17, 0.19),
            new Rgb(0.20, 0.24, 0.34),
            new Rgb(0.46, 0.40, 0.33),
            new Rgb(0.55, 0.22, 0.20),
            Rgb.grey(0.62));
    return blend(game, own).vary(draw, 0.05);
  }

  /** Returns the colour of trousers. */
  Rgb trousers(Draw draw) {
    Rgb game = draw.pick(new Rgb(0.20, 0.28, 0.50), new Rgb(0.45, 0.38, 0.28));
    Rgb own = draw.pick(new Rgb(0.16, 0.19, 0.26), new Rgb(0.20, 0.19, 0.18));
    return blend(game, own).vary(draw, 0.04);
  }

  /** Returns the colour of skin. */
  Rgb skin(Draw draw) {
    return new Rgb(0.82, 0.63, 0.52).mix(new Rgb(0.42, 0.29, 0.22), draw.unit());
  }

  /** Returns the colour of a road of setts or of concrete. */
  Rgb stoneRoad(Draw draw) {
    return draw.pick(
            new Rgb(0.44, 0.40, 0.37),
            new Rgb(0.56, 0.54, 0.50),
            new Rgb(0.40, 0.33, 0.30),
            new Rgb(0.62, 0.60, 0.56))
        .vary(draw, 0.03);
  }

  /** Returns the colour of a sidewalk of asphalt, gravel or setts. */
  Rgb darkPaving(Draw draw) {
    return draw.pick(
            new Rgb(0.33, 0.33, 0.34), new Rgb(0.50, 0.34, 0.28), new Rgb(0.45, 0.42, 0.37))
        .vary(draw, 0.03);
  }

  /** Returns the colour of a lawn after summer: straw, bare earth, or snow. */
  Rgb wintryGrass(Draw draw) {
    return draw.pick(
            new Rgb(0.56, 0.49, 0.33), new Rgb(0.38, 0.31, 0.25), new Rgb(0.82, 0.84, 0.88))
        .vary(draw, 0.03);
  }

  /** Returns the colour of leaves that are about to fall. */
  Rgb autumnLeaf(Draw draw) {
    return draw.pick(
            new Rgb(0.66, 0.44, 0.14), new Rgb(0.55, 0.24, 0.13), new Rgb(0.62, 0.54, 0.20))
        .vary(draw, 0.04);
  }

  /** Returns the colour of needles. */
  Rgb needle(Draw draw) {
    return new Rgb(0.12, 0.22, 0.19).vary(draw, 0.03);
  }

  /** Returns the colour of a house of glass, of beams, or of bare brick. */
  Rgb cladding(Draw draw) {
    return draw.pick(
            new Rgb(0.78, 0.77, 0.73),
            new Rgb(0.36, 0.38, 0.41),
            new Rgb(0.84, 0.79, 0.66),
            new Rgb(0.42, 0.24, 0.19))
        .vary(draw, 0.04);
  }

  /** Returns the colour of posts that are painted, or of wood. */
  Rgb post(Draw draw) {
    return draw.pick(
            new Rgb(0.40, 0.30, 0.20),
            new Rgb(0.12, 0.24, 0.19),
            new Rgb(0.70, 0.69, 0.65),
            new Rgb(0.10, 0.10, 0.11))
        .vary(draw, 0.03);
  }

  /** Returns the colour of a garment against rain and cold. */
  Rgb overcoat(Draw draw) {
    return draw.pick(
            new Rgb(0.11, 0.11, 0.12),
            new Rgb(0.36, 0.30, 0.22),
            new Rgb(0.70, 0.66, 0.56),
            new Rgb(0.28, 0.33, 0.24),
            new Rgb(0.82, 0.74, 0.14))
        .vary(draw, 0.04);
  }

  /** Returns a colour of lacquer on signs: vivid in the game, faded outdoors. */
  Rgb lacquer(Rgb vivid) {
    double grey = (vivid.r() + vivid.g() + vivid.b()) / 3;
    return blend(vivid, vivid.mix(Rgb.grey(grey), 0.15).times(0.92));
  }
}
