package org.crossfade.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.graph.VariableStore;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;

/**
 * The only owner of checkpoints. A checkpoint is a folder: a TensorFlow bundle of all variables,
 * optimizer slots included, and {@code state.json} with the loop's state and the bundle's contents
 * and checksums. It is written aside and moved, so a folder under its final name is whole.
 */
public final class Checkpoint {
  private static final String BUNDLE = "variables";
  private static final String STATE = "state.json";

  /** What the name of a checkpoint ends with that is being replaced. */
  static final String OLD = ".old";

  /** The first format whose state has a checksum. */
  private static final int WITH_CHECKSUM = 3;

  /**
   * Contents of {@code state.json}.
   *
   * @param format {@link Format} that it was written in
   * @param loop where the loop stands, {@link LoopState}; of another form in older formats
   * @param variables shape of every variable, by name
   * @param files CRC-32C of every file of the bundle, by name
   * @param checksum CRC-32C of all that stands before it; empty in older formats
   */
  record Contents(
      int format,
      JsonNode loop,
      Map<String, List<Long>> variables,
      Map<String, String> files,
      Optional<String> checksum) {
    /** Returns these with their checksum. */
    Contents sealed() {
      return new Contents(format, loop, variables, files, Optional.of(sum()));
    }

    /** Returns whether nothing has changed since they were sealed. */
    boolean intact() {
      return format < WITH_CHECKSUM || checksum.filter(sum()::equals).isPresent();
    }

    private String sum() {
      var content = List.of(format, loop, new TreeMap<>(variables), new TreeMap<>(files));
      return Hashing.crc32c().hashString(Json.line(content), StandardCharsets.UTF_8).toString();
    }
  }

  private final SavedVariables saved;

  /** Adds what checkpoints need to a graph. */
  public Checkpoint(Ops tf) {
    this.saved = new SavedVariables(tf);
  }

  /**
   * Writes all variables and {@code state} to the folder {@code target}, which is replaced.
   *
   * @throws RunFolderException if that fails, as on a full disk; nothing under {@code target}
   *     changes then
   */
  public void save(Session session, VariableStore variables, LoopState state, Path target) {
    Path aside = target.resolveSibling("." + target.getFileName() + ".part");
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      deleteFolder(aside);
      Files.createDirectories(aside);
      saved.save(session, variables.variables(), aside.resolve(BUNDLE));
      var files = new LinkedHashMap<String, String>();
      for (Path file : bundleFiles(aside)) {
        WholeFile.sync(file);
        files.put(file.getFileName().toString(), checksum(file));
      }
      Json.write(
          aside.resolve(STATE),
          new Contents(
                  Format.CURRENT,
                  Json.tree(state),
                  shapes(variables.variables()),
                  files,
                  Optional.empty())
              .sealed());
      replace(aside, target);
    } catch (IOException | RuntimeException e) {
      tryDelete(aside);
      throw new RunFolderException(
          "the checkpoint '"
              + target
              + "' can't be written: "
              + FileProblem.describe(e)
              + ". The checkpoints before it are whole; make room or fix the folder, then run the"
              + " same command again to resume",
          e);
    }
  }

  /** Returns the names of variables that hold a value which is not finite. */
  public List<String> notFinite(Session session, VariableStore variables) {
    return saved.notFinite(session, variables.variables());
  }

  /** Returns a hash of the values of all variables: equal where all bits are. */
  public String hash(Session session, VariableStore variables) {
    return saved.hash(session, variables.variables());
  }

  /**
   * Restores every variable and returns the loop's state.
   *
   * @throws RunFolderException if the folder is broken or holds other variables; nothing is
   *     restored then
   */
  public LoopState restore(Session session, VariableStore variables, Path folder) {
    Contents contents = read(folder);
    LoopState state = loop(contents, folder);
    var mapping = new LinkedHashMap<String, Variable>();
    variables.variables().forEach(v -> mapping.put(v.name(), v));
    requireSame(folder, contents.variables(), shapes(variables.variables()));
    saved.restore(session, mapping, folder.resolve(BUNDLE));
    return state;
  }

  /**
   * Restores the variables of one role from the end of an earlier phase: of a network, or of an
   * update's optimizer. The checkpoint may have an older format: variables have kept their names.
   *
   * @param from the role there
   * @param to the role here
   * @throws RunFolderException if the folder is broken or lacks a variable
   */
  public void restoreRole(
      Session session, VariableStore variables, Path folder, String from, String to) {
    Contents contents = read(folder);
    UnaryOperator<String> nameThere = name -> from + name.substring(to.length());
    var mapping = new LinkedHashMap<String, Variable>();
    var expected = new LinkedHashMap<String, List<Long>>();
    for (Variable variable : variables.variables()) {
      if (variable.name().startsWith(to + ".")) {
        mapping.put(nameThere.apply(variable.name()), variable);
        expected.put(nameThere.apply(variable.name()), shape(variable));
      }
    }
    var found = new LinkedHashMap<>(contents.variables());
    found.keySet().removeIf(name -> !name.startsWith(from + "."));
    requireSame(folder, found, expected);
    saved.restore(session, mapping, folder.resolve(BUNDLE));
  }

  /**
   * Returns a hash of all variables, SHA-256 as hexadecimal digits: two checkpoints with equal
   * fingerprints hold equal values.
   *
   * @throws RunFolderException if {@code folder} is broken
   */
  public static String fingerprint(Path folder) throws IOException {
    Hasher hasher = Hashing.sha256().newHasher();
    for (String file : new TreeSet<>(read(folder).files().keySet())) {
      hasher.putString(file, StandardCharsets.UTF_8);
      hasher.putBytes(
          MoreFiles.asByteSource(folder.resolve(file)).hash(Hashing.sha256()).asBytes());
    }
    return hasher.hash().toString();
  }

  /**
   * Copies a whole checkpoint under another loop state.
   *
   * @throws RunFolderException if {@code folder} is broken
   */
  public static void copy(Path folder, LoopState state, Path target) throws IOException {
    Contents contents = read(folder);
    Path aside = target.resolveSibling("." + target.getFileName() + ".part");
    Files.createDirectories(target.toAbsolutePath().getParent());
    deleteFolder(aside);
    Files.createDirectories(aside);
    for (String file : contents.files().keySet()) {
      Files.copy(folder.resolve(file), aside.resolve(file));
    }
    Json.write(
        aside.resolve(STATE),
        new Contents(
                Format.CURRENT,
                Json.tree(state),
                contents.variables(),
                contents.files(),
                Optional.empty())
            .sealed());
    replace(aside, target);
  }

  /**
   * Returns the loop's state in a folder, whose files are checked first.
   *
   * @throws RunFolderException if the folder is broken or has an older format
   */
  public static LoopState state(Path folder) {
    return loop(read(folder), folder);
  }

  private static LoopState loop(Contents contents, Path folder) {
    if (contents.format() != Format.CURRENT) {
      throw new RunFolderException(
          "the checkpoint '"
              + folder
              + "' has format "
              + contents.format()
              + ", and this version trains in format "
              + Format.CURRENT
              + ": what it began can't be gone on with. Train in another run folder, or go on with "
              + Format.readBy(contents.format()));
    }
    try {
      return Json.value(contents.loop(), LoopState.class);
    } catch (IOException e) {
      throw broken(folder, STATE + " can't be read: " + FileProblem.describe(e), e);
    }
  }

  /** Returns whether a folder looks like a checkpoint. */
  public static boolean exists(Path folder) {
    return Files.exists(folder.resolve(STATE));
  }

  private static Contents read(Path folder) {
    Path state = folder.resolve(STATE);
    if (!Files.exists(state)) {
      throw new RunFolderException("'" + folder + "' is no checkpoint: it has no " + STATE);
    }
    Contents contents;
    try {
      contents = Json.read(state, Contents.class);
    } catch (IOException e) {
      throw broken(folder, STATE + " can't be read: " + FileProblem.describe(e), e);
    }
    if (contents == null
        || contents.loop() == null
        || contents.loop().isNull()
        || contents.variables() == null
        || contents.files() == null) {
      throw broken(folder, STATE + " lacks a part", null);
    }
    if (contents.format() > Format.CURRENT) {
      throw new RunFolderException(
          "the checkpoint '"
              + folder
              + "' can't be read: its format is "
              + contents.format()
              + ", this version reads up to "
              + Format.CURRENT);
    }
    if (!contents.intact()) {
      throw broken(folder, STATE + " has changed since it was written (its checksum)", null);
    }
    for (Map.Entry<String, String> file : contents.files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      try {
        if (!Files.exists(path)) {
          throw broken(folder, file.getKey() + " is missing", null);
        }
        if (!checksum(path).equals(file.getValue())) {
          throw broken(folder, file.getKey() + " is truncated or changed", null);
        }
      } catch (IOException e) {
        throw broken(folder, file.getKey() + " can't be read: " + FileProblem.describe(e), e);
      }
    }
    return contents;
  }

  private static RunFolderException broken(Path folder, String why, Throwable cause) {
    return new RunFolderException("the checkpoint '" + folder + "' is broken: " + why, cause);
  }

  private static void requireSame(
      Path folder, Map<String, List<Long>> found, Map<String, List<Long>> expected) {
    var onlyThere = new TreeSet<>(found.keySet());
    onlyThere.removeAll(expected.keySet());
    var onlyHere = new TreeSet<>(expected.keySet());
    onlyHere.removeAll(found.keySet());
    var shapes = new ArrayList<String>();
    expected.forEach(
        (name, shape) -> {
          List<Long> other = found.get(name);
          if (other != null && !other.equals(shape)) {
            shapes.add(name + " is " + other + " there and " + shape + " here");
          }
        });
    if (onlyThere.isEmpty() && onlyHere.isEmpty() && shapes.isEmpty()) {
      return;
    }
    throw new RunFolderException(
        "the checkpoint '"
            + folder
            + "' does not fit this network: it holds "
            + found.size()
            + " variables, "
            + expected.size()
            + " are expected."
            + listed("\n  only in the checkpoint: ", onlyThere)
            + listed("\n  only in the network: ", onlyHere)
            + listed("\n  of another shape: ", shapes)
            + "\nUse the options that the checkpoint was made with (config.conf in its run"
            + " folder), or another run folder");
  }

  private static String listed(String title, Collection<String> names) {
    String shown = String.join(", ", names.stream().limit(20).toList());
    String more = names.size() > 20 ? ", ..." : "";
    return names.isEmpty() ? "" : title + names.size() + " (" + shown + more + ")";
  }

  private static Map<String, List<Long>> shapes(Collection<Variable> variables) {
    var shapes = new LinkedHashMap<String, List<Long>>();
    variables.forEach(v -> shapes.put(v.name(), shape(v)));
    return shapes;
  }

  private static List<Long> shape(Variable variable) {
    return Arrays.stream(variable.shape().asArray()).boxed().toList();
  }

  private static List<Path> bundleFiles(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      var bundle = files.filter(f -> f.getFileName().toString().startsWith(BUNDLE + "."));
      return bundle.sorted().toList();
    }
  }

  private static String checksum(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.crc32c()).toString();
  }

  /** Puts back a checkpoint that was moved away for its successor, if that never came. */
  static void recover(Path old) throws IOException {
    String name = old.getFileName().toString();
    Path target = old.resolveSibling(name.substring(1, name.length() - OLD.length()));
    if (exists(target)) {
      deleteFolder(old);
    } else {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void replace(Path aside, Path target) throws IOException {
    Path old = target.resolveSibling("." + target.getFileName() + OLD);
    deleteFolder(old);
    if (Files.exists(target)) {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    deleteFolder(old);
  }

  /** Deletes a folder with its files, if it is there. */
  public static void deleteFolder(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void tryDelete(Path folder) {
    try {
      deleteFolder(folder);
    } catch (IOException | UncheckedIOException e) {
      // The first error is the one to report; the next save deletes what is left.
    }
  }
}
