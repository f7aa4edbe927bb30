package org.crossfade.tables.reproduce;

import java.nio.file.Files;
import java.nio.file.Path;

/** Folders that a distribution has beside its program, such as the experiments. */
public final class ShippedFolder {
  /** System property that a distribution's script sets: the folder that it was unpacked to. */
  public static final String HOME = "crossfade.home";

  private ShippedFolder() {}

  /**
   * {@return the folder of a name in the working directory, or the distribution's where there is
   * none}
   *
   * @param name such as {@code experiments}
   */
  public static Path of(String name) {
    Path here = Path.of(name);
    String home = System.getProperty(HOME);
    if (home == null || Files.exists(here)) {
      return here;
    }
    Path shipped = Path.of(home).resolve(name);
    return Files.isDirectory(shipped) ? shipped : here;
  }
}
