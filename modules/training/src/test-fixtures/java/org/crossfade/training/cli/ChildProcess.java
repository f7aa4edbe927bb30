package org.crossfade.training.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crossfade.training.TinyRuns;

/** The program in a process of its own. */
record ChildProcess(Process process, Path out, Path err) {
  /**
   * Starts {@code train} of the method {@code tiny}.
   *
   * @param blocks the largest file that it may write, in blocks of 1024 bytes; 0 for any
   * @param environment further variables
   */
  static ChildProcess train(
      Path run, Path logs, int blocks, Map<String, String> environment, String... settings)
      throws IOException {
    var words = new ArrayList<String>();
    if (blocks > 0) {
      words.addAll(List.of("bash", "-c", "ulimit -f " + blocks + " && exec \"$@\"", "limited"));
    }
    words.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "train",
            "--method",
            "tiny",
            "--run-dir",
            run.toString()));
    TinyRuns.settings(settings).forEach(setting -> words.addAll(List.of("--set", setting)));
    Files.createDirectories(logs);
    Path out = logs.resolve("out.txt");
    Path err = logs.resolve("err.txt");
    var builder =
        new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    return new ChildProcess(builder.start(), out, err);
  }

  String told() throws IOException {
    return Files.readString(err);
  }
}
