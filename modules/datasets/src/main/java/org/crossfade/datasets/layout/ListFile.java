package org.crossfade.datasets.layout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.data.DataException;

/**
 * A list of images: one file name a line, below the image folder, with or without ending and
 * extension. Blanks around names and empty lines do not count, nor do lines that begin with {@code
 * #}; order and repetitions do. A label file may stand in a second column.
 *
 * @param file the list: UTF-8, or UTF-16 as Windows writes it
 * @param dataset whose images it names, for messages
 */
public record ListFile(Path file, String dataset) {
  /**
   * A line.
   *
   * @param number from 1
   * @param text without blanks around it
   */
  record Line(int number, String text) {}

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
   * A list that belongs to the tree of a data set.
   *
   * @param file below the root; need not exist
   * @throws DataException if it is a link that leads out of the roots that the user named
   */
  public static ListFile ofTree(Path file, DataRoot root, String dataset) {
    try {
      if (Files.exists(file) && !root.holds(file)) {
        throw new DataException(
            file
                + ": list file of "
                + dataset
                + " is a link to "
                + file.toRealPath()
                + ", which lies below none of the data roots; copy it");
      }
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
    }
    return new ListFile(file, dataset);
  }

  /**
   * Reads the lines that name something.
   *
   * @return at least one
   * @throws DataException if the file cannot be read or names nothing
   */
  List<Line> lines() {
    if (!Files.isRegularFile(file)) {
      throw new DataException(file + ": list file of " + dataset + ": expected a file");
    }
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DataException(
          file + ": list file of " + dataset + " cannot be read: " + e.getMessage(), e);
    }
    List<Line> lines = new ArrayList<>();
    int number = 0;
    for (String line : decoded(bytes).lines().toList()) {
      number++;
      String text = unquoted(line.strip());
      if (!text.isEmpty() && !text.startsWith("#")) {
        lines.add(new Line(number, text));
      }
    }
    if (lines.isEmpty()) {
      throw new DataException(file + ": list file of " + dataset + " names no image");
    }
    return lines;
  }

  private static String unquoted(String text) {
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return quoted && text.indexOf('"', 1) == text.length() - 1
        ? text.substring(1, text.length() - 1).strip()
        : text;
  }

  private String decoded(byte[] bytes) {
    Charset charset = charset(bytes);
    try {
      String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new DataException(
          file
              + ":"
              + brokenLine(bytes, charset)
              + ": the list of "
              + dataset
              + " is not in "
              + charset
              + " here; save it as UTF-8 (iconv -f latin1 -t utf-8 FILE, if an old editor wrote"
              + " it)",
          e);
    }
  }

  /** By its mark, or by the zeros that every other byte of UTF-16 is. */
  private static Charset charset(byte[] bytes) {
    int first = bytes.length < 2 ? -1 : ((bytes[0] & 0xFF) << 8) | (bytes[1] & 0xFF);
    if (first == 0xFFFE || (first > 0 && (first & 0xFF) == 0)) {
      return StandardCharsets.UTF_16LE;
    }
    return first == 0xFEFF || (first > 0 && first < 0x100)
        ? StandardCharsets.UTF_16BE
        : StandardCharsets.UTF_8;
  }

  private static int brokenLine(byte[] bytes, Charset charset) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        try {
          charset.newDecoder().decode(ByteBuffer.wrap(bytes, start, i - start));
        } catch (CharacterCodingException e) {
          return line;
        }
        line++;
        start = i + 1;
      }
    }
    return line;
  }
}
