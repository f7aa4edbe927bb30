package org.crossfade.datasets.streets;

/**
 * What a surface is made of.
 *
 * @param texture the pattern
 * @param colour its main colour
 * @param detail its second colour, see {@link Texture}
 * @param seed where the pattern starts
 * @param pitch the pattern's horizontal period in metres, where it has one
 */
record Material(Texture texture, Rgb colour, Rgb detail, int seed, double pitch) {

  static Material plain(Rgb colour) {
    return new Material(Texture.PLAIN, colour, colour, 0, 1);
  }

  static Material of(Texture texture, Rgb colour, Rgb detail, Draw draw) {
    return new Material(texture, colour, detail, (int) draw.next(), 1);
  }

  Material pitched(double metres) {
    return new Material(texture, colour, detail, seed, metres);
  }
}
