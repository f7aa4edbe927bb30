package org.crossfade.autodiff;

import java.util.Locale;

/**
 * Names of operations. TensorFlow's Java code numbers them ({@code Placeholder_1}) by the process's
 * locale, and its native code takes no name with other digits than ASCII's: under the locales of
 * Persian, Bengali, Marathi, Nepali, Burmese and some of Arabic no graph can be built.
 */
public final class NodeNames {
  private NodeNames() {}

  /**
   * Makes names valid, where they are not so: the process's locale of formats ({@link
   * java.util.Locale.Category#FORMAT}) becomes {@link Locale#ROOT}. A locale with ASCII's digits
   * stays as it is. To be called before the first operation of a graph is made.
   */
  public static void requireAsciiDigits() {
    if (!"%d".formatted(1234567890).equals("1234567890")) {
      Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    }
  }
}
