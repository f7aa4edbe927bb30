package org.crossfade.core.method;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * What a score of a method is evidence of: its own ideas, another network, or nothing, since others
 * are compared with it.
 */
public sealed interface Contribution {
  /** Returns the ideas of a method, in the order in which its paper adds them. */
  static Contribution ideas(Idea... ideas) {
    return new Ideas(Arrays.asList(ideas));
  }

  /**
   * Ideas that can be switched off one by one.
   *
   * @param inOrder at least one, named differently
   */
  record Ideas(List<Idea> inOrder) implements Contribution {
    /** Checks and copies the list. */
    public Ideas {
      var names = new HashSet<String>();
      for (Idea idea : inOrder) {
        if (!names.add(idea.name())) {
          throw new IllegalArgumentException("two ideas are called '" + idea.name() + "'");
        }
      }
      if (names.isEmpty()) {
        throw new IllegalArgumentException(
            "a method that is no reference has at least one idea of its own");
      }
      inOrder = List.copyOf(inOrder);
    }
  }

  /**
   * A method whose idea is its network, which can't be switched off: it is compared with another
   * method that trains the same way.
   *
   * @param method the other one's name
   * @param meaning what differs between the two, as a part of a sentence
   */
  record OverMethod(String method, String meaning) implements Contribution {}

  /**
   * A method that others are compared with.
   *
   * @param meaning what it stands for, as a part of a sentence
   */
  record Reference(String meaning) implements Contribution {}
}
