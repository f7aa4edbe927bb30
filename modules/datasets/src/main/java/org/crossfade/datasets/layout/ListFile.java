package org.crossfade.datasets.layout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.crossfade.core.data.DataException;

/**
 * A list of images: one file name a line, below the image folder, with or without ending and
 * extension. Blanks around names and empty lines do not count; order and repetitions do.
 *
 * @param file the list
 * @param dataset whose images it names, for messages
 */
public record ListFile(Path file, String dataset) {
  /**
   * Finds a list that options name.
   *
   * @param text absolute, or below the root, or else below the working directory
   * @param dataset for messages
   * @throws DataException if it is in none of these places
   * @throws IllegalArgumentException if the text is no path
   */
  public static ListFile find(String text, DataRoot root, String dataset) {
    try {
      Path below = root.path().resolve(text);
      Path found = Files.exists(below) ? below : Path.of(text);
      if (!Files.exists(found)) {
        throw new DataException(
            "list file of "
                + dataset
                + " not found: neither "
                + below
                + " nor "
                + found.toAbsolutePath()
                + " exists");
      }
      return new ListFile(found, dataset);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("list = '" + text + "' of " + dataset + ": not a path", e);
    }
  }

  /**
   * Reads the names.
   *
   * @return at least one
   * @throws DataException if the file cannot be read or names nothing
   */
  public List<String> names() {
    List<String> names;
    try {
      names =
          Files.readAllLines(file).stream()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .toList();
    } catch (IOException e) {
      throw new DataException(
          file + ": list file of " + dataset + " cannot be read: " + e.getMessage(), e);
    }
    if (names.isEmpty()) {
      throw new DataException(file + ": list file of " + dataset + " names no image");
    }
    return names;
  }
}
