package org.crossfade.datasets.streets;

import java.util.Locale;

/** The two styles of rendering between which adaptation is studied. */
public enum Style {
  /** A game: saturated colours, hard sunlight, clean surfaces, no sensor. */
  SOURCE(1),
  /**
   * A camera in a German city: materials, seasons, vehicles and clothes that the game does not
   * have, the city's own palette, flat light, haze, blur and sensor noise.
   */
  TARGET(2);

  private final int stream;

  Style(int stream) {
    this.stream = stream;
  }

  /** Returns the key of the style's own stream of scenes: source and target share no scene. */
  int stream() {
    return stream;
  }

  /** Returns the name as written in options: {@code source} or {@code target}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the constants of this style, as tuned for the data set. */
  public StyleParameters parameters() {
    return this == SOURCE ? StyleParameters.SOURCE : StyleParameters.TARGET;
  }
}
