package org.crossfade.training.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Small JSON files, written aside and moved into place. */
public final class Json {
  private static final ObjectMapper LINES = new ObjectMapper().registerModule(new Jdk8Module());
  private static final ObjectMapper PRETTY =
      LINES.copy().enable(SerializationFeature.INDENT_OUTPUT);

  private Json() {}

  /** Returns {@code value} as one line. */
  public static String line(Object value) {
    try {
      return LINES.writeValueAsString(value);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes {@code value}; the file is whole at any time. */
  public static void write(Path file, Object value) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".part");
    Files.write(aside, PRETTY.writeValueAsBytes(value));
    sync(aside);
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns what {@link #write} wrote. */
  public static <T> T read(Path file, Class<T> type) throws IOException {
    return LINES.readValue(file.toFile(), type);
  }

  /** Waits until a file is on the disk. */
  static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
