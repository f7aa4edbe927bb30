package org.crossfade.tables.series;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a series trains once for every seed: a row of a table, or a method with nothing but its own
 * options.
 *
 * @param name of its runs' folders, before the seed; unique in the series
 * @param title as it is told
 * @param method that is trained
 * @param file of options that make it
 */
public record Subject(String name, String title, String method, Optional<Path> file) {
  /** Returns a method as it is, called by its name. */
  public static Subject method(String method) {
    return new Subject(method, method, method, Optional.empty());
  }
}
