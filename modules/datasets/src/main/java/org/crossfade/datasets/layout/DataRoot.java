package org.crossfade.datasets.layout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder under which a data set lies.
 *
 * @param path the folder
 * @param origin who said so, for messages: {@code "--data-root gta5=/data/gta5"}
 * @param named all roots that the user named; files in them may be listed too
 */
public record DataRoot(Path path, String origin, List<Path> named) {
  /** Copies the list. */
  public DataRoot {
    named = List.copyOf(named);
  }

  /**
   * The roots whose files a list may name: this one, then the others.
   *
   * @return those that exist
   */
  List<Path> allowed() {
    return Stream.concat(Stream.of(path), named.stream())
        .distinct()
        .filter(Files::isDirectory)
        .toList();
  }

  /** Whether a file lies below one of the roots, after all links are resolved. */
  boolean holds(Path file) throws IOException {
    Path real = file.toRealPath();
    for (Path root : allowed()) {
      if (real.startsWith(root.toRealPath())) {
        return true;
      }
    }
    return false;
  }
}
