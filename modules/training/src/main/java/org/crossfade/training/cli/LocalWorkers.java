package org.crossfade.training.cli;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crossfade.training.run.RunDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several processes of this program on this machine. The first shows what it does here; the others
 * write to {@code worker-N.log} in the run's folder.
 */
final class LocalWorkers {
  private static final Logger LOG = LoggerFactory.getLogger(LocalWorkers.class);

  /** Says to a process that it is alone with its workers in a network. */
  private static final String ISOLATED = "CROSSFADE_ISOLATED_NETWORK";

  /** CUDA's own variable. */
  private static final String GPUS = "CUDA_VISIBLE_DEVICES";

  private static final String MAIN = "org.crossfade.training.cli.Main";

  /** Longer than a worker takes to notice that another one is gone: it says so before it ends. */
  private static final int SECONDS_TO_FOLLOW = 60;

  private static final int LINES_SHOWN = 5;

  private final List<String> typed;
  private final int count;
  private final RunDirectory run;

  /**
   * Prepares the processes.
   *
   * @param typed the command line that asks for them
   */
  LocalWorkers(List<String> typed, int count, RunDirectory run) {
    this.typed = typed;
    this.count = count;
    this.run = run;
  }

  /** Runs them to their end; returns the exit code. */
  int run() throws IOException {
    try {
      if (System.getenv(ISOLATED) == null) {
        List<String> isolation = isolation();
        if (!isolation.isEmpty()) {
          return isolated(isolation);
        }
        LOG.warn(
            "this system gives no network namespace (unshare): the workers' ports are open to all"
                + " who reach this machine while they train");
      }
      return together();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CommandLine.FAILED;
    }
  }

  /** Returns what a command is put behind, to run in a network of loopback alone; empty if not. */
  private static List<String> isolation() throws InterruptedException {
    for (List<String> unshare :
        List.of(
            List.of("unshare", "--net"),
            List.of("unshare", "--net", "--map-current-user"),
            List.of("unshare", "--net", "--map-root-user"))) {
      var words = new ArrayList<>(unshare);
      words.addAll(List.of("sh", "-c", "ip link set lo up && exec \"$@\"", "sh"));
      var trial = new ArrayList<>(words);
      trial.add("true");
      try {
        Process process =
            new ProcessBuilder(trial)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() == 0) {
          return words;
        }
      } catch (IOException e) {
        LOG.debug("no {}", unshare, e);
      }
    }
    return List.of();
  }

  private int isolated(List<String> isolation) throws IOException, InterruptedException {
    var command = new ArrayList<>(isolation);
    command.addAll(program());
    command.addAll(typed);
    var builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put(ISOLATED, "1");
    return ended(builder.start());
  }

  /** Ctrl-C reaches the processes, too; this one waits until they have saved. */
  private static int ended(Process process) throws InterruptedException {
    var hook = new Thread(() -> await(process), "workers");
    Runtime.getRuntime().addShutdownHook(hook);
    int code = process.waitFor();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("ending already", e);
    }
    return code;
  }

  private static void await(Process process) {
    try {
      process.destroy();
      process.waitFor(150, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int together() throws IOException, InterruptedException {
    String addresses =
        freePorts().stream().map(port -> "localhost:" + port).collect(Collectors.joining(","));
    var processes = new ArrayList<Process>();
    Files.createDirectories(run.root());
    try {
      for (int i = 0; i < count; i++) {
        var command = new ArrayList<>(program());
        command.addAll(words(addresses, i));
        var builder = new ProcessBuilder(command);
        if (i == 0) {
          builder.inheritIO();
        } else {
          builder.redirectErrorStream(true).redirectOutput(log(i).toFile());
        }
        gpu(i).ifPresent(gpu -> builder.environment().put(GPUS, gpu));
        processes.add(builder.start());
      }
      var hook = new Thread(() -> processes.forEach(LocalWorkers::await), "workers");
      Runtime.getRuntime().addShutdownHook(hook);
      return codeOf(processes);
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  /** Returns the GPU of a worker, in turn, where there are any. */
  private static Optional<String> gpu(int worker) throws IOException {
    String visible = System.getenv(GPUS);
    List<String> all;
    if (visible != null) {
      all = Splitter.on(',').omitEmptyStrings().splitToList(visible);
    } else if (Files.isDirectory(Path.of("/dev"))) {
      try (var devices = Files.list(Path.of("/dev"))) {
        all =
            devices
                .map(file -> file.getFileName().toString())
                .filter(name -> name.matches("nvidia\\d+"))
                .map(name -> name.substring("nvidia".length()))
                .sorted()
                .toList();
      }
    } else {
      all = List.of();
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(worker % all.size()));
  }

  private int codeOf(List<Process> processes) throws IOException, InterruptedException {
    int code = CommandLine.DONE;
    int open = count;
    while (open > 0) {
      open = 0;
      for (Process process : processes) {
        if (process.isAlive()) {
          open++;
        } else if (process.exitValue() != 0 && code == CommandLine.DONE) {
          code = process.exitValue();
          follow(processes);
        }
      }
      Thread.sleep(100);
    }
    for (int i = 1; i < count; i++) {
      if (processes.get(i).exitValue() != 0) {
        tell(i, processes.get(i).exitValue());
      }
    }
    return code;
  }

  /** Where one has failed the others notice by themselves; who does not is ended. */
  private static void follow(List<Process> processes) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_FOLLOW);
    for (Process process : processes) {
      if (!process.waitFor(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private void tell(int worker, int code) throws IOException {
    System.err.println("worker " + worker + " ended with code " + code + "; " + log(worker) + ":");
    List<String> lines = Files.readAllLines(log(worker));
    lines.stream()
        .skip(Math.max(0, lines.size() - LINES_SHOWN))
        .forEach(line -> System.err.println("  " + line));
  }

  private Path log(int worker) {
    return run.root().resolve("worker-" + worker + ".log");
  }

  private List<String> words(String addresses, int worker) {
    var words = new ArrayList<String>();
    for (int i = 0; i < typed.size(); i++) {
      if (typed.get(i).equals(WorkerArguments.LOCAL)) {
        i++;
      } else {
        words.add(typed.get(i));
      }
    }
    words.addAll(
        List.of(
            WorkerArguments.WORKERS,
            addresses,
            WorkerArguments.WORKER,
            Integer.toString(worker),
            "--trusted-network"));
    return words;
  }

  private List<Integer> freePorts() throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int i : IntStream.range(0, count).toArray()) {
        sockets.add(i, new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Returns the words that start this program anew, up to its arguments. */
  private static List<String> program() {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    words.addAll(List.of("-cp", classPath(), MAIN));
    return words;
  }

  /** Maven runs the program in a class loader of its own, which knows what the path is. */
  private static String classPath() {
    if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
      var files = new ArrayList<String>();
      for (URL url : loader.getURLs()) {
        try {
          files.add(Path.of(new URI(url.toString())).toString());
        } catch (URISyntaxException e) {
          files.add(url.getPath());
        }
      }
      return String.join(File.pathSeparator, files);
    }
    return System.getProperty("java.class.path");
  }
}
