package org.crossfade.training.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps the stack trace of a mistake of Crossfade's where the user finds it. */
final class MistakeFile {
  private static final String NAME = "crossfade-mistake-";

  private MistakeFile() {}

  /**
   * Writes what was typed and the trace.
   *
   * @param folder where it goes, if it is there; the folder of temporary files otherwise
   * @return the file; empty if neither can be written
   */
  static Optional<Path> write(Throwable thrown, List<String> typed, Optional<Path> folder) {
    return folder
        .filter(Files::isDirectory)
        .flatMap(there -> tryWrite(there, thrown, typed))
        .or(() -> tryWrite(Path.of(System.getProperty("java.io.tmpdir")), thrown, typed));
  }

  private static Optional<Path> tryWrite(Path folder, Throwable thrown, List<String> typed) {
    try {
      Path file = Files.createTempFile(folder, NAME, ".txt");
      try (var out = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
        out.println(Instant.now() + ", crossfade " + String.join(" ", typed));
        out.println(
            "Java %s, %s %s"
                .formatted(
                    System.getProperty("java.version"),
                    System.getProperty("os.name"),
                    System.getProperty("os.arch")));
        thrown.printStackTrace(out);
      }
      return Optional.of(file);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
