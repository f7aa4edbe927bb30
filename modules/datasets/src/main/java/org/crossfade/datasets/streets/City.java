package org.crossfade.datasets.streets;

import java.util.Locale;

/**
 * The 18 cities, named as the training cities of Cityscapes. Each has a look of its own in the
 * target style: a colour cast, the season of its trees, what its houses and its roads are made of,
 * and the weather of the day on which it was recorded. (The looks are invented.)
 */
enum City {
  AACHEN(1.03, 1.00, 0.95, 0.30, House.BRICK, 0.35, 0.15, 0.95, 1.0),
  BOCHUM(0.98, 1.00, 1.02, 0.20, House.CONCRETE, 0.20, 0.20, 0.88, 1.2),
  BREMEN(1.00, 1.01, 1.00, 0.15, House.BRICK, 0.25, 0.80, 0.97, 0.9),
  COLOGNE(1.05, 1.00, 0.92, 0.45, House.PLASTER, 0.50, 0.30, 1.00, 1.0),
  DARMSTADT(1.02, 1.01, 0.97, 0.10, House.PLASTER, 0.55, 0.20, 1.06, 0.6),
  DUSSELDORF(0.96, 1.00, 1.05, 0.25, House.CONCRETE, 0.40, 0.25, 0.98, 1.0),
  ERFURT(1.04, 1.01, 0.94, 0.55, House.STONE, 0.60, 0.45, 0.95, 1.1),
  HAMBURG(0.95, 0.99, 1.06, 0.20, House.BRICK, 0.15, 0.65, 0.85, 1.4),
  HANOVER(0.99, 1.02, 0.98, 0.35, House.PLASTER, 0.30, 0.35, 0.92, 1.0),
  JENA(1.02, 1.00, 0.98, 0.80, House.CONCRETE, 0.45, 0.30, 0.94, 1.2),
  KREFELD(1.00, 1.00, 1.00, 0.40, House.BRICK, 0.35, 0.40, 0.90, 1.1),
  MONCHENGLADBACH(0.97, 1.00, 1.03, 0.30, House.BRICK, 0.30, 0.20, 0.86, 1.3),
  STRASBOURG(1.06, 1.00, 0.91, 0.20, House.STONE, 0.65, 0.55, 1.07, 0.7),
  STUTTGART(1.03, 1.00, 0.96, 0.50, House.PLASTER, 0.55, 0.25, 1.02, 0.8),
  TUBINGEN(1.01, 1.02, 0.96, 0.60, House.PLASTER, 0.50, 0.50, 0.96, 0.9),
  ULM(1.00, 1.00, 1.01, 0.65, House.STONE, 0.40, 0.30, 0.93, 1.3),
  WEIMAR(1.05, 1.01, 0.93, 0.90, House.STONE, 0.60, 0.60, 0.98, 0.9),
  ZURICH(0.96, 1.00, 1.04, 0.35, House.CONCRETE, 0.30, 0.30, 1.03, 0.9);

  private final Rgb cast;
  private final double season;
  private final House house;
  private final double roadTone;
  private final double pavingTone;
  private final double daylight;
  private final double mist;

  City(
      double red,
      double green,
      double blue,
      double season,
      House house,
      double roadTone,
      double pavingTone,
      double daylight,
      double mist) {
    cast = new Rgb(red, green, blue);
    this.season = season;
    this.house = house;
    this.roadTone = roadTone;
    this.pavingTone = pavingTone;
    this.daylight = daylight;
    this.mist = mist;
  }

  /** What most houses of a city are built of. */
  enum House {
    BRICK,
    PLASTER,
    STONE,
    CONCRETE
  }

  /** Returns the city of the scene with the given index: the cities take turns. */
  static City of(int index) {
    return values()[index % values().length];
  }

  /** Returns the name as it is written in ids. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the factor on each channel. */
  Rgb cast() {
    return cast;
  }

  /** Returns the state of the leaves: 0 dark green, 1 autumn. */
  double season() {
    return season;
  }

  House house() {
    return house;
  }

  /** Returns the road's colour: 0 dark and bluish, 1 pale and warm. */
  double roadTone() {
    return roadTone;
  }

  /** Returns the sidewalk's colour: 0 grey slabs, 1 reddish brick. */
  double pavingTone() {
    return pavingTone;
  }

  /** Returns the factor on brightness. */
  double daylight() {
    return daylight;
  }

  /** Returns the factor on haze. */
  double mist() {
    return mist;
  }
}
