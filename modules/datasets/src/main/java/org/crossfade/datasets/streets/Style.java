package org.crossfade.datasets.streets;

/** The two styles of rendering between which adaptation is studied. */
public enum Style {
  /** A game: saturated colours, hard sunlight, clean surfaces, no sensor. */
  SOURCE,
  /** A camera in a German city: the city's own palette, flat light, haze, blur and sensor noise. */
  TARGET;

  /** Returns the constants of this style, as tuned for the data set. */
  public StyleParameters parameters() {
    return this == SOURCE ? StyleParameters.SOURCE : StyleParameters.TARGET;
  }
}
