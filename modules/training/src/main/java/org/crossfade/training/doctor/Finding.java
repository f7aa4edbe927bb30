package org.crossfade.training.doctor;

/**
 * What was found of one thing.
 *
 * @param subject such as {@code TensorFlow}
 * @param found what is there
 * @param problem what is wrong with it and what to do; empty where nothing is
 */
public record Finding(String subject, String found, String problem) {
  /** Returns a finding with which nothing is wrong. */
  static Finding fine(String subject, String found) {
    return new Finding(subject, found, "");
  }

  /** Returns whether something is wrong. */
  public boolean wrong() {
    return !problem.isEmpty();
  }
}
