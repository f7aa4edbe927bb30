package org.crossfade.datasets;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.layout.DataRoot;

/**
 * Where data sets lie on this machine: from the command line or the environment, never from a file
 * that is shipped; or in the memory of a program that brings its own.
 *
 * <p>A data set's root is, in this order: its own entry {@code name=path}; {@code <common
 * root>/<name>}; {@code $CROSSFADE_DATA_ROOT/<name>}.
 */
public final class DataRoots {
  /** The environment variable with the folder in which each data set has a folder of its name. */
  public static final String VARIABLE = "CROSSFADE_DATA_ROOT";

  private final Map<String, Path> own;
  private final Optional<Path> common;
  private final Optional<Path> environment;
  private final Optional<Supplier<Path>> cache;
  private final Map<String, Function<LabelSpace, Dataset>> given;

  private DataRoots(
      Map<String, Path> own,
      Optional<Path> common,
      Optional<Path> environment,
      Optional<Supplier<Path>> cache,
      Map<String, Function<LabelSpace, Dataset>> given) {
    this.own = own;
    this.common = common;
    this.environment = environment;
    this.cache = cache;
    this.given = given;
  }

  /**
   * Roots from the values of {@code --data-root} and the environment.
   *
   * @param arguments each {@code name=path}, or a path alone for the common root
   * @param environment usually {@link System#getenv()}
   * @throws IllegalArgumentException if a value is no path, or something is given twice
   */
  public static DataRoots parse(List<String> arguments, Map<String, String> environment) {
    Map<String, Path> own = new LinkedHashMap<>();
    Optional<Path> common = Optional.empty();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals > 0) {
        String name = argument.substring(0, equals).strip();
        Path path = path(argument.substring(equals + 1), "--data-root " + argument);
        if (own.put(name, path) != null) {
          throw new IllegalArgumentException(
              "--data-root names the root of '"
                  + name
                  + "' twice; give one path for each data set");
        }
      } else if (common.isPresent()) {
        throw new IllegalArgumentException(
            "--data-root gives two common roots, "
                + common.get()
                + " and "
                + argument
                + "; give one, or name=path for single data sets");
      } else {
        common = Optional.of(path(argument, "--data-root " + argument));
      }
    }
    String variable = environment.getOrDefault(VARIABLE, "").strip();
    return new DataRoots(
        own,
        common,
        variable.isEmpty() ? Optional.empty() : Optional.of(path(variable, VARIABLE)),
        Optional.empty(),
        Map.of());
  }

  /**
   * These roots with a folder in which hashes of files are remembered.
   *
   * @param folder asked for when it is needed
   */
  public DataRoots withCache(Supplier<Path> folder) {
    return new DataRoots(own, common, environment, Optional.of(folder), given);
  }

  /**
   * These roots with data that a program holds.
   *
   * @param datasets by the hash of what they hold; each is opened with the classes of a task
   */
  public DataRoots withGiven(Map<String, Function<LabelSpace, Dataset>> datasets) {
    return new DataRoots(own, common, environment, cache, Map.copyOf(datasets));
  }

  /** The data that a program holds under the hash of its content, if it does. */
  public Optional<Function<LabelSpace, Dataset>> given(String content) {
    return Optional.ofNullable(given.get(content));
  }

  /** The folder in which hashes of files are remembered, if they are. */
  public Optional<Supplier<Path>> cache() {
    return cache;
  }

  private static Path path(String text, String origin) {
    try {
      if (text.isBlank()) {
        throw new IllegalArgumentException(origin + ": expected a path, found nothing");
      }
      return Path.of(text.strip()).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(origin + ": not a path: " + e.getMessage(), e);
    }
  }

  /**
   * The root of a data set. Whether it exists is for the data set to say, which knows the tree.
   *
   * @param name of the data set, or the alias that its options give it
   * @param tree the tree that is expected, for the message
   * @throws DataException if nobody said where it lies
   */
  public DataRoot resolve(String name, String tree) {
    if (own.containsKey(name)) {
      Path path = own.get(name);
      return new DataRoot(path, "--data-root " + name + "=" + path, named());
    }
    if (common.isPresent()) {
      return new DataRoot(below(common.get(), name), "--data-root " + common.get(), named());
    }
    if (environment.isPresent()) {
      return new DataRoot(
          below(environment.get(), name),
          "the variable " + VARIABLE + "=" + environment.get(),
          named());
    }
    throw new DataException(
        "no data root for '"
            + name
            + "': pass --data-root "
            + name
            + "=DIR, or --data-root DIR or "
            + VARIABLE
            + "=DIR in the environment, where DIR holds a folder '"
            + name
            + "'; expected tree below it:\n"
            + tree.stripTrailing().indent(4).stripTrailing());
  }

  /** A data set's name may come from a stranger's options, and must not lead out of the root. */
  private static Path below(Path root, String name) {
    Path path = root.resolve(name).normalize();
    if (!path.startsWith(root)) {
      throw new DataException(
          "the data set '"
              + name
              + "' would lie outside of the data root "
              + root
              + "; choose an alias that names a folder in it, or give --data-root "
              + name
              + "=DIR");
    }
    return path;
  }

  private List<Path> named() {
    return Stream.of(own.values().stream(), common.stream(), environment.stream())
        .flatMap(paths -> paths)
        .toList();
  }
}
