package org.crossfade.methodtest;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The program of a method's module in a process of its own, as {@code exec:java} runs it: the
 * module's run-time class path and nothing else, the module's method as default, the project's root
 * as working folder. What a test has on its class path proves nothing about that.
 */
public final class ModuleProgram implements AutoCloseable {
  private static final String MAIN = "org.crossfade.training.cli.Main";

  private final Path folder;
  private final List<String> command;
  private Process process;
  private PrintWriter in;
  private BufferedReader out;

  /**
   * Prepares the program.
   *
   * @param module its folder, built: {@code target/classes}, {@code target/runtime-classpath.txt}
   * @param method the module's own
   * @param folder that is empty, for the process's files
   */
  public ModuleProgram(Path module, String method, Path folder) throws IOException {
    Path target = module.toAbsolutePath().normalize().resolve("target");
    this.folder = folder;
    Path typist = folder.resolve("typist");
    Path classFile = Path.of(TypedLines.class.getName().replace('.', '/') + ".class");
    Files.createDirectories(typist.resolve(classFile).getParent());
    try (InputStream bytes =
        TypedLines.class.getResourceAsStream(classFile.getFileName().toString())) {
      Files.copy(bytes, typist.resolve(classFile));
    }
    command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Heap and native memory as the tests themselves have them.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-Xmx") || argument.startsWith("-Djava.awt"))
        .forEach(command::add);
    // It lives for seconds, most of which a second compiler and collector threads would use.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("-Dcrossfade.method=" + method);
    command.add("-cp");
    command.add(
        String.join(
            File.pathSeparator,
            target.resolve("classes").toString(),
            Files.readString(target.resolve("runtime-classpath.txt")).strip(),
            typist.toString()));
    command.add(TypedLines.class.getName());
    command.add(MAIN);
  }

  /**
   * Runs one command line.
   *
   * @return what it wrote to standard output
   * @throws AssertionError if it fails, with what it wrote
   */
  public synchronized String run(List<String> words) {
    try {
      if (process == null || !process.isAlive()) {
        start();
      }
      in.println(String.join("\t", words));
      var text = new StringBuilder();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.equals(TypedLines.DONE)) {
          return text.toString();
        }
        text.append(line).append('\n');
      }
      throw new AssertionError(
          "'%s' failed with %d:\n%s\n%s"
              .formatted(
                  String.join(" ", words),
                  process.waitFor(),
                  text,
                  Files.readString(errors(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while the program ran", e);
    }
  }

  private void start() throws IOException {
    process =
        new ProcessBuilder(command)
            .directory(root().toFile())
            .redirectError(errors().toFile())
            .start();
    in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    out = process.inputReader(StandardCharsets.UTF_8);
  }

  private Path errors() {
    return folder.resolve("errors.txt");
  }

  /** Returns the folder of the project: the nearest above with experiments. */
  public static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("experiments"))) {
      at = at.getParent();
      if (at == null) {
        throw new IllegalStateException(
            "no folder 'experiments' in " + Path.of("").toAbsolutePath() + " nor above it");
      }
    }
    return at;
  }

  /** Ends the process. */
  @Override
  public synchronized void close() {
    if (process != null) {
      in.close();
      process.destroy();
    }
  }
}
