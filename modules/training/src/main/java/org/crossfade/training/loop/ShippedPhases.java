package org.crossfade.training.loop;

import com.google.common.io.ByteStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.crossfade.training.run.Checkpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finished phases that come with the program, so that a first look takes minutes: resources {@code
 * crossfade/phases/KEY.zip} on the class path, each with the files of one entry of a {@link
 * PhaseCache}. The key stands for all that determines a phase; one whose options, graph, data or
 * format have changed is not found, and is trained.
 */
final class ShippedPhases {
  private static final Logger LOG = LoggerFactory.getLogger(ShippedPhases.class);

  /** {@code -Dcrossfade.shipped-phases=false} trains every phase. */
  private static final String SWITCH = "crossfade.shipped-phases";

  private static final String PLACE = "crossfade/phases/";

  private ShippedPhases() {}

  /** Returns whether a phase with this key comes with the program. */
  static boolean has(String key) {
    return loader().getResource(resource(key)) != null;
  }

  /**
   * Puts a shipped phase into a cache, whole or not at all; does nothing where the phase is not
   * shipped, or shipped ones are not wanted.
   *
   * @param entry the entry's folder, which does not exist yet
   */
  static void unpack(String key, Path entry) throws IOException {
    if (!Boolean.parseBoolean(System.getProperty(SWITCH, "true")) || !has(key)) {
      return;
    }
    Path aside = entry.resolveSibling("." + key + "." + UUID.randomUUID());
    try {
      try (InputStream bytes = loader().getResourceAsStream(resource(key));
          var zip = new ZipInputStream(bytes)) {
        for (ZipEntry file = zip.getNextEntry(); file != null; file = zip.getNextEntry()) {
          Path to = aside.resolve(file.getName()).normalize();
          if (file.isDirectory() || !to.startsWith(aside)) {
            continue;
          }
          Files.createDirectories(to.getParent());
          try (OutputStream out = Files.newOutputStream(to)) {
            ByteStreams.copy(zip, out);
          }
        }
      }
      Files.move(aside, entry, StandardCopyOption.ATOMIC_MOVE);
      LOG.info(
          "a phase comes with the program, trained by the same options on another day and machine;"
              + " -D{}=false trains it here",
          SWITCH);
    } catch (IOException e) {
      Checkpoint.deleteFolder(aside);
      throw e;
    }
  }

  /** The one by which methods are found, too. */
  private static ClassLoader loader() {
    return Thread.currentThread().getContextClassLoader();
  }

  private static String resource(String key) {
    return PLACE + key + ".zip";
  }
}
