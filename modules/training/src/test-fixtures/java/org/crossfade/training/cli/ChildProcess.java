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
    List<String> before =
        blocks > 0
            ? List.of("bash", "-c", "ulimit -f " + blocks + " && exec \"$@\"", "limited")
            : List.of();
    var words = new ArrayList<>(List.of("train", "--method", "tiny", "--run-dir", run.toString()));
    TinyRuns.settings(settings).forEach(setting -> words.addAll(List.of("--set", setting)));
    return program(logs, environment, before, List.of(), words);
  }

  /**
   * Starts the program in a folder, where its output goes too.
   *
   * @param environment further variables
   * @param options of the JVM
   * @param words that are typed
   */
  static ChildProcess program(
      Path folder, Map<String, String> environment, List<String> options, List<String> words)
      throws IOException {
    return program(folder, environment, List.of(), options, words);
  }

  /**
   * Starts the program by way of another.
   *
   * @param before words in front of the command
   */
  static ChildProcess program(
      Path folder,
      Map<String, String> environment,
      List<String> before,
      List<String> options,
      List<String> words)
      throws IOException {
    var command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:-UsePerfData");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(words);
    Files.createDirectories(folder);
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    return new ChildProcess(builder.start(), out, err);
  }

  String told() throws IOException {
    return Files.readString(err);
  }
}
