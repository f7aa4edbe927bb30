package org.crossfade.training.run;

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
 * @param crossfade version of this code
 * @param commit that the checkout around the working directory stands at; empty outside one
 * @param tensorflow version
 * @param java version
 * @param machine operating system, architecture, processors
 * @param seed of the run
 * @param datasets fingerprint of each data set by its part in the task
 * @param command as typed
 */
public record Provenance(
    String started,
    String crossfade,
    String commit,
    String tensorflow,
    String java,
    String machine,
    long seed,
    Map<String, String> datasets,
    List<String> command) {

  /** Returns the provenance of a run that starts now. */
  public static Provenance now(long seed, Map<String, String> datasets, List<String> command) {
    return new Provenance(
        Instant.now().toString(),
        Optional.ofNullable(Provenance.class.getPackage().getImplementationVersion())
            .orElse("0.1.0-SNAPSHOT"),
        commit(Path.of("").toAbsolutePath()),
        TensorFlow.version(),
        System.getProperty("java.version"),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors",
        seed,
        new LinkedHashMap<>(datasets),
        List.copyOf(command));
  }

  /** Returns the commit of the checkout around {@code folder}, read from git's own files. */
  static String commit(Path folder) {
    for (Path at = folder; at != null; at = at.getParent()) {
      Path git = at.resolve(".git");
      if (Files.isDirectory(git)) {
        try {
          String head = Files.readString(git.resolve("HEAD"), StandardCharsets.UTF_8).strip();
          if (!head.startsWith("ref: ")) {
            return head;
          }
          Path ref = git.resolve(head.substring(5));
          return Files.exists(ref) ? Files.readString(ref, StandardCharsets.UTF_8).strip() : "";
        } catch (IOException e) {
          return "";
        }
      }
    }
    return "";
  }
}
