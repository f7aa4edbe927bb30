package org.crossfade.training.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where scans of data sets are kept between runs. */
public final class CacheFolder {
  /** Environment variable that moves it. */
  public static final String VARIABLE = "CROSSFADE_CACHE";

  private static final Logger LOG = LoggerFactory.getLogger(CacheFolder.class);
  private static final Map<Path, Path> USABLE = new ConcurrentHashMap<>();

  private CacheFolder() {}

  /**
   * Returns the folder of this {@link Format} below {@code $CROSSFADE_CACHE}, or below {@code
   * .cache/crossfade} in the user's home. Where that can't be written, a warning is logged, once,
   * and a temporary folder takes its place.
   */
  public static Path path() {
    String folder = System.getenv(VARIABLE);
    Path all =
        folder == null || folder.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache", "crossfade")
            : Path.of(folder);
    return usable(all.resolve("format" + Format.CURRENT));
  }

  /** Returns a folder, or one that can be written in its place. */
  static Path usable(Path wanted) {
    return USABLE.computeIfAbsent(wanted, CacheFolder::tried);
  }

  private static Path tried(Path wanted) {
    try {
      Files.createDirectories(wanted);
      Files.delete(Files.createTempFile(wanted, "writable", null));
      return wanted;
    } catch (IOException e) {
      LOG.warn(
          "the cache {} can't be written ({}): scans of data sets are not kept. The environment"
              + " variable {} names another folder",
          wanted,
          FileProblem.describe(e),
          VARIABLE);
      return temporary(wanted);
    }
  }

  private static Path temporary(Path wanted) {
    try {
      Path folder = Files.createTempDirectory("crossfade-cache-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "cache"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "neither the cache "
              + wanted
              + " nor a folder for temporary files can be written; the environment variable "
              + VARIABLE
              + " names another",
          e);
    }
  }

  private static void delete(Path folder) {
    try {
      Checkpoint.deleteFolder(folder);
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("{} stays", folder, e);
    }
  }
}
