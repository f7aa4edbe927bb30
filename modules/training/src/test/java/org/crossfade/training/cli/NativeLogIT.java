package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;

/** What a process's native code writes to standard error, as a user sees it. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class NativeLogIT {
  private static final String ALARM =
      "2026-01-01 00:00:00.0: I external/local_xla/xla/tsl/cuda/cudart_stub.cc:32] Could not find"
          + " cuda drivers on your machine, GPU will not be used.\n";
  private static final String FALSE_ALARM =
      "E0000 00:00:1 1 cuda_fft.cc:477] Unable to register cuFFT factory: Attempting to register\n";

  @TempDir private Path folder;

  /** The process. */
  public static final class Child {
    private Child() {}

    /** Writes as native code does, computes, and writes as Java does. */
    public static void main(String[] arguments) {
      NativeProcess.prepare();
      write(FALSE_ALARM + ALARM + "W an unknown line\n" + ALARM);
      try (var graph = new Graph();
          var session = new Session(graph)) {
        Ops tf = Ops.create(graph);
        session.runner().fetch(tf.math.add(tf.constant(1f), tf.constant(2f))).run().close();
      }
      System.err.println("of Java: ä");
      write("without an end");
      if (arguments.length > 0) {
        write("\nlast words\n");
        Runtime.getRuntime().halt(3);
      }
      System.exit(1);
    }

    private static void write(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      long count =
          Native.load(Platform.C_LIBRARY_NAME, NativeLog.Descriptors.class)
              .write(2, bytes, new NativeLong(bytes.length))
              .longValue();
      if (count != bytes.length) {
        throw new IllegalStateException("written: " + count);
      }
    }
  }

  @Test
  void falseAlarmsAreLeftOutWhatMattersIsSaidOnceAndTheUnknownStays()
      throws IOException, InterruptedException {
    List<String> lines = run(1);

    assertThat(lines)
        .contains("W an unknown line", "without an end", "of Java: ä")
        .filteredOn(line -> line.startsWith("TensorFlow finds no driver of NVIDIA"))
        .hasSize(1);
    assertThat(lines).hasSize(4);
    assertThat(kept()).isEmpty();
  }

  @Test
  void theLastWordsOfAProcessThatDiesAreKept() throws IOException, InterruptedException {
    run(3, "die");

    assertThat(Files.readString(kept().get(0))).endsWith("last words\n");
  }

  private List<Path> kept() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().contains("native")).toList();
    }
  }

  private List<String> run(int code, String... arguments) throws IOException, InterruptedException {
    Path err = folder.resolve("err.txt");
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + folder,
                "-Dfile.encoding=UTF-8",
                "-Dsun.stderr.encoding=UTF-8",
                "-Dorg.bytedeco.javacpp.cachedir=" + cache(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().remove("TF_CPP_MIN_LOG_LEVEL");
    Process process = builder.start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).as(Files.readString(err)).isEqualTo(code);
    return Files.readAllLines(err);
  }

  private static String cache() {
    return System.getProperty(
        "org.bytedeco.javacpp.cachedir", System.getProperty("user.home") + "/.javacpp/cache");
  }
}
