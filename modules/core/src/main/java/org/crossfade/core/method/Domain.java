package org.crossfade.core.method;

/** Where samples come from. */
public enum Domain {
  /** Labelled, from another world: a game, a simulator, a city. */
  SOURCE,
  /** Where the model must work; unlabelled in training unless a method says otherwise. */
  TARGET
}
