package org.crossfade.training.run;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.TensorFlow;

/**
 * Where a run's numbers come from.
 *
 * @param started time of the first start, UTC
 * @param program what trains; its parts stand beside the others in {@code run.json}
 * @param method name
 * @param weightsHash of the file of published weights, empty without one
 * @param seed of the run
 * @param targetLabels how many target images training read the ground truth of
 * @param datasets fingerprint of each data set by its part in the task
 * @param command as typed
 */
public record Provenance(
    String started,
    @JsonUnwrapped Program program,
    String method,
    String weightsHash,
    long seed,
    int targetLabels,
    Map<String, String> datasets,
    List<String> command) {
  /**
   * What trains a run, and where.
   *
   * @param format of what it writes, {@link Format}; empty in folders of the first
   * @param crossfade version of this code
   * @param commit that the checkout around the working directory stands at; empty outside one
   * @param tensorflow version
   * @param java version
   * @param machine operating system, architecture, number and kind of processors
   */
  public record Program(
      Optional<Integer> format,
      String crossfade,
      String commit,
      String tensorflow,
      String java,
      String machine) {
    /** Returns what runs now. */
    public static Program running() {
      return new Program(
          Optional.of(Format.CURRENT),
          Optional.ofNullable(Provenance.class.getPackage().getImplementationVersion())
              .orElse("0.1.0-SNAPSHOT"),
          Provenance.commit(Path.of("").toAbsolutePath()),
          TensorFlow.version(),
          System.getProperty("java.version"),
          System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ", "
              + Runtime.getRuntime().availableProcessors()
              + " processors"
              + kind(Processor.here()));
    }
  }

  private static String kind(Processor processor) {
    return processor.name().isEmpty() ? "" : ": " + processor;
  }

  /** Returns the provenance of a run that starts now. */
  public static Provenance now(
      String method,
      String weightsHash,
      long seed,
      int targetLabels,
      Map<String, String> datasets,
      List<String> command) {
    return new Provenance(
        Instant.now().toString(),
        Program.running(),
        method,
        weightsHash,
        seed,
        targetLabels,
        new LinkedHashMap<>(datasets),
        List.copyOf(command));
  }

  /** Returns the commit of the checkout around {@code folder}, read from git's own files. */
  static String commit(Path folder) {
    for (Path at = folder; at != null; at = at.getParent()) {
      Path git = at.resolve(".git");
      if (Files.exists(git)) {
        try {
          return head(git);
        } catch (IOException e) {
          return "";
        }
      }
    }
    return "";
  }

  private static String head(Path found) throws IOException {
    Path git = found;
    if (Files.isRegularFile(git)) {
      // A further working tree of a checkout: the file says where its own part lies.
      git = git.resolveSibling(Files.readString(git).strip().replaceFirst("^gitdir: ", ""));
    }
    String head = Files.readString(git.resolve("HEAD"), StandardCharsets.UTF_8).strip();
    if (!head.startsWith("ref: ")) {
      return head;
    }
    String name = head.substring("ref: ".length());
    Path commondir = git.resolve("commondir");
    Path shared = Files.exists(commondir) ? git.resolve(Files.readString(commondir).strip()) : git;
    Path ref = shared.resolve(name);
    if (Files.exists(ref)) {
      return Files.readString(ref, StandardCharsets.UTF_8).strip();
    }
    Path packed = shared.resolve("packed-refs");
    if (!Files.exists(packed)) {
      return "";
    }
    return Files.readAllLines(packed, StandardCharsets.UTF_8).stream()
        .filter(line -> line.endsWith(" " + name))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .findFirst()
        .orElse("");
  }
}
