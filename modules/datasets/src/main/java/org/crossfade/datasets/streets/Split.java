package org.crossfade.datasets.streets;

import java.util.Locale;

/** The two parts of the generated data; no scene occurs in both. */
public enum Split {
  /** Scenes to train on. */
  TRAIN(0),
  /** Scenes to evaluate on; their numbers start at 500000, so that ids differ as well. */
  VAL(500_000);

  private final int firstNumber;

  Split(int firstNumber) {
    this.firstNumber = firstNumber;
  }

  /** Returns the number in the id of the split's first scene. */
  int firstNumber() {
    return firstNumber;
  }

  /** Returns the name as written in options: {@code train} or {@code val}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
