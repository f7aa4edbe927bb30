package org.crossfade.training.options;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.crossfade.core.options.Hocon;
import org.crossfade.core.options.InvalidOptionsException;

/**
 * The options that a run's folder records. A file of options that a person writes may leave out
 * what it likes; a record that is empty or lacks a part is torn, and must not mean the defaults.
 */
public final class RecordedOptions {
  private static final String ROOT = "crossfade";
  private static final List<String> SHARED = List.of("task", "run");

  private RecordedOptions() {}

  /**
   * Returns what a file records, below {@code crossfade}.
   *
   * @throws InvalidOptionsException if it can't be parsed or is not whole
   */
  public static Config read(Path file) {
    Config all = Hocon.file(file);
    var lacking = new ArrayList<String>();
    for (String section : SHARED) {
      if (!isSection(all, ROOT + "." + section)) {
        lacking.add(ROOT + "." + section);
      }
    }
    if (lacking.isEmpty() && methods(all).isEmpty()) {
      lacking.add("the options of a method");
    }
    if (!lacking.isEmpty()) {
      throw new InvalidOptionsException(
          List.of(
              file
                  + ": no whole record of a run's options; it lacks "
                  + String.join(", ", lacking)
                  + ". If it was torn, delete it and give the options of the run again (--config,"
                  + " --set): its checkpoints know whether they are the same"));
    }
    return all.getConfig(ROOT);
  }

  /**
   * Checks that a file records a run of {@code method}.
   *
   * @throws InvalidOptionsException if it does not, or is not whole
   */
  public static void require(Path file, String method) {
    Config recorded = read(file);
    if (!recorded.root().containsKey(method)) {
      throw new InvalidOptionsException(
          List.of(
              "%s: holds a run of method '%s', not of '%s'; give --method, or another --run-dir"
                  .formatted(file, String.join("', '", methods(recorded.atPath(ROOT))), method)));
    }
  }

  /** Returns whether a file includes others, as no record does that Crossfade has written. */
  public static boolean includes(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).contains("include");
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read", e);
    }
  }

  private static boolean isSection(Config all, String path) {
    return all.hasPathOrNull(path)
        && !all.getIsNull(path)
        && all.getValue(path).valueType() == ConfigValueType.OBJECT;
  }

  private static SortedSet<String> methods(Config all) {
    var names = new TreeSet<>(all.getObject(ROOT).keySet());
    names.removeAll(SHARED);
    return names;
  }
}
