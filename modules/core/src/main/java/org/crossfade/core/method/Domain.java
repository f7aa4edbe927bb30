package org.crossfade.core.method;

/** Where samples come from. */
public enum Domain {
  /** Labelled, from another world: a game, a simulator, a city. */
  SOURCE("source"),
  /** Where the model must work; unlabelled in training unless a method says otherwise. */
  TARGET("target");

  private final String stream;

  Domain(String stream) {
    this.stream = stream;
  }

  /** Returns the name of the stream of this domain's images, in phases that draw one a domain. */
  public String stream() {
    return stream;
  }
}
