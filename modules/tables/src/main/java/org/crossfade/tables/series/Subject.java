package org.crossfade.tables.series;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a series trains once for every seed: a row of a table, or a method with nothing but its own
 * options.
 *
 * @param name of its runs' folders, before the seed; unique in the series
 * @param title as it is told
 * @param method that is trained
 * @param file of options that make it
 * @param settings {@code key=value} below {@code crossfade}, stronger than all other options: what
 *     is off in a control
 */
public record Subject(
    String name, String title, String method, Optional<Path> file, List<String> settings) {
  /** Copies the list. */
  public Subject {
    settings = List.copyOf(settings);
  }

  /** Returns a subject without settings of its own. */
  public static Subject of(String name, String title, String method, Optional<Path> file) {
    return new Subject(name, title, method, file, List.of());
  }

  /** Returns a method as it is, called by its name. */
  public static Subject method(String method) {
    return of(method, method, method, Optional.empty());
  }

  /**
   * Returns the same with further settings.
   *
   * @param suffix of its name
   * @param remark behind its title
   */
  Subject with(String suffix, String remark, List<String> further) {
    return new Subject(
        name + suffix,
        title + remark,
        method,
        file,
        Stream.concat(settings.stream(), further.stream()).toList());
  }
}
