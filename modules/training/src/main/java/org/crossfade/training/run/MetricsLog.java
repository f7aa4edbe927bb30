package org.crossfade.training.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Predicate;

/** Records as JSON lines, appended as they come. */
public final class MetricsLog {
  private final Path file;

  /** Opens a file that may exist. */
  public MetricsLog(Path file) {
    this.file = file;
  }

  /** Appends one record. */
  public void append(Object record) throws IOException {
    Files.writeString(
        file,
        Json.line(record) + "\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Returns the lines of a file; bytes that are no text do not stop anybody. */
  public static List<String> lines(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
  }

  /**
   * Keeps the lines that {@code keep} accepts: a run that resumes at a checkpoint drops what was
   * logged after it.
   */
  public void retain(Predicate<String> keep) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    List<String> lines = lines(file);
    List<String> kept = lines.stream().filter(keep).toList();
    if (kept.size() < lines.size()) {
      Path aside = file.resolveSibling(file.getFileName() + ".part");
      Files.write(aside, kept, StandardCharsets.UTF_8);
      Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
