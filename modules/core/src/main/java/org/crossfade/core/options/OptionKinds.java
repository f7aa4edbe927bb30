package org.crossfade.core.options;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The kinds on the class path, by the interface that their records implement. */
public final class OptionKinds {
  private static final List<OptionKind> ALL =
      ServiceLoader.load(OptionKind.class).stream().map(ServiceLoader.Provider::get).toList();

  private OptionKinds() {}

  /**
   * Returns the kinds of an interface's options by name.
   *
   * @throws IllegalStateException if there is none, or two have one name
   */
  public static Map<String, OptionKind> of(Class<?> type) {
    var kinds = new TreeMap<String, OptionKind>();
    for (OptionKind kind : ALL) {
      if (type.isAssignableFrom(kind.options())) {
        OptionKind other = kinds.put(kind.name(), kind);
        if (other != null) {
          throw new IllegalStateException(
              "two kinds of %s are called '%s': %s and %s"
                  .formatted(type.getSimpleName(), kind.name(), other.getClass(), kind.getClass()));
        }
      }
    }
    if (kinds.isEmpty()) {
      throw new IllegalStateException(
          "no kind of " + type.getName() + " is on the class path: a module is missing");
    }
    return kinds;
  }

  /** Returns whether any interface has a kind of a name. */
  public static boolean isKind(String name) {
    return ALL.stream().anyMatch(kind -> kind.name().equals(name));
  }

  /**
   * Returns the name of the kind that a record belongs to.
   *
   * @throws IllegalStateException if it belongs to none
   */
  public static String nameOf(Record options) {
    return ALL.stream()
        .filter(kind -> kind.options() == options.getClass())
        .map(OptionKind::name)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException(options.getClass() + " is a record of no kind"));
  }
}
