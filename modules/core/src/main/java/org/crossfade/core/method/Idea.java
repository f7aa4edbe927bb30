package org.crossfade.core.method;

import java.util.List;

/**
 * One thing that a method's paper adds, and how to train the same without it.
 *
 * <p>The own gain of an idea is the score of the run that has the ideas up to it, minus the score
 * of its control: the same run, with the same phases that move the segmentation network, the same
 * iterations, images and batch norm, in which this idea is off.
 *
 * @param name in lower case, such as {@code alignment}; the name of its control's runs
 * @param summary what it adds, as a part of a sentence
 * @param absent settings below the method's section, {@code key = value} each, that leave the idea
 *     out together with the phases that are there for it alone
 * @param control settings that switch the idea off and keep its phases; the same as {@code absent}
 *     where it has none of its own
 * @param meaning what the control does instead, as a part of a sentence
 */
public record Idea(
    String name, String summary, List<String> absent, List<String> control, String meaning) {
  /**
   * A rate at which no weight moves in any number of iterations: the control of a phase that learns
   * from pseudo labels alone. Its images still pass through batch norm.
   */
  public static final String STANDSTILL = "1e-30";

  /** Checks the name and copies the lists. */
  public Idea {
    if (!name.matches("[a-z]+(-[a-z]+)*")) {
      throw new IllegalArgumentException(
          "an idea is named in lower case with hyphens, found '" + name + "'");
    }
    if (absent.isEmpty() || control.isEmpty()) {
      throw new IllegalArgumentException(
          "the idea '" + name + "' needs settings that leave it out and that switch it off");
    }
    absent = List.copyOf(absent);
    control = List.copyOf(control);
  }

  /** Returns an idea that has no phase of its own, so that leaving it out is its control. */
  public static Idea within(String name, String summary, String meaning, String... off) {
    return new Idea(name, summary, List.of(off), List.of(off), meaning);
  }
}
