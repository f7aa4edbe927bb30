package org.crossfade.training.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a model may be written: nothing that is there is overwritten. */
public final class OutPlace {
  private OutPlace() {}

  /**
   * Checks that nothing lies at a place, or an empty folder where a folder is wanted.
   *
   * @throws IllegalArgumentException if something does
   */
  static void requireEmpty(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (var entries = Files.list(folder)) {
        if (entries.findAny().isPresent()) {
          throw new IllegalArgumentException(
              "the folder '" + folder + "' is not empty; choose another, or delete it first");
        }
      }
      return;
    }
    requireFree(folder);
  }

  /**
   * Checks that nothing lies where a file will.
   *
   * @throws IllegalArgumentException if something does
   */
  public static void requireFree(Path file) {
    if (Files.exists(file)) {
      throw new IllegalArgumentException(
          "'" + file + "' is there already; choose another name, or delete it first");
    }
  }
}
