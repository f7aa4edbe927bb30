package org.crossfade.datasets.streets;

/** How a surface varies over its plane; the numbers of a pattern are in metres. */
enum Texture {
  /** One colour with hardly any variation: metal, cloth, skin, glass. */
  PLAIN,
  /** Coarse grain with large patches of wear. */
  ASPHALT,
  /** Slabs with joints; the second colour is the joint's. */
  PAVING,
  /** Storeys of windows over a ground floor; the second colour is the panes'. */
  FACADE,
  /** Courses of masonry; the second colour is the mortar's. */
  MASONRY,
  /** Cut stones in courses, each of its own tone; the second colour is the joints'. */
  SETTS,
  /** Bands of glass between bands of the first colour; the second colour is the glass. */
  RIBBONS,
  /** Beams and struts on plaster; the second colour is the beams' and the panes'. */
  TIMBER,
  /** Ribbed panels between posts; the second colour is that of the grooves. */
  PANELS,
  /** Wire mesh before a shaded background; the second colour is the background's. */
  MESH,
  /** Horizontal boards; the second colour is that of the gaps. */
  BOARDS,
  /** Bare branches; the second colour is what is seen between them. */
  TWIGS,
  /** Vertical bars before a shaded background; the second colour is the background's. */
  BARS,
  /** Clumps of leaves; the second colour is the shade between them. */
  LEAVES,
  /** Blades and patches; the second colour is that of bare earth. */
  GRASS,
  /** From the second colour at the horizon to the first one overhead, with clouds. */
  SKY
}
