package org.crossfade.training.run;

import java.nio.file.Path;

/** Where scans of data sets are kept between runs. */
public final class CacheFolder {
  /** Environment variable that moves it. */
  public static final String VARIABLE = "CROSSFADE_CACHE";

  private CacheFolder() {}

  /**
   * Returns the folder of this {@link Format} below {@code $CROSSFADE_CACHE}, or below {@code
   * .cache/crossfade} in the user's home.
   */
  public static Path path() {
    String folder = System.getenv(VARIABLE);
    Path all =
        folder == null
            ? Path.of(System.getProperty("user.home"), ".cache", "crossfade")
            : Path.of(folder);
    return all.resolve("format" + Format.CURRENT);
  }
}
