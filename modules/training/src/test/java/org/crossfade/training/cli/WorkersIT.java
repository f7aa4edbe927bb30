package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.crossfade.training.TinyMethod;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.run.RunDirectory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that train together, and what becomes of them when something goes wrong. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class WorkersIT {
  private static final int ITERATIONS = 40;

  @TempDir Path folder;

  private static List<String> words(Path run, int iterations, String... more) {
    var words = new ArrayList<>(List.of("train", "--method", "tiny", "--run-dir", run.toString()));
    TinyRuns.settings(
            "tiny.target-iterations = 0",
            "tiny.source.stream.batch = 2",
            "tiny.source.iterations = " + iterations,
            "tiny.source.decay.horizon = " + iterations,
            "run.checkpoint-every = 2",
            "run.evaluate-every = 0")
        .forEach(setting -> words.addAll(List.of("--set", setting)));
    words.addAll(List.of(more));
    return words;
  }

  private ChildProcess local(String logs, Path run, int iterations) throws IOException {
    return ChildProcess.program(
        folder.resolve(logs), Map.of(), List.of(), words(run, iterations, "--local-workers", "2"));
  }

  private static int ended(ChildProcess child) throws InterruptedException {
    try {
      return child.process().waitFor();
    } finally {
      child.process().destroyForcibly();
    }
  }

  /** Waits for a checkpoint, or for the end of the process. */
  private static void awaitCheckpoint(ChildProcess child, Path run) throws Exception {
    while (child.process().isAlive()
        && new RunDirectory(run).checkpoints(TinyMethod.SOURCE).isEmpty()) {
      Thread.sleep(20);
    }
  }

  private static Optional<ProcessHandle> worker(ChildProcess child, int index) {
    return child
        .process()
        .descendants()
        .filter(process -> typed(process).contains("\0--worker\0" + index + "\0"))
        .findFirst();
  }

  /** A class path is too long for what Java tells of another process. */
  private static String typed(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void aWorkerThatIsKilledStopsAllAndTheSameCommandGoesOn() throws Exception {
    Path run = folder.resolve("run");
    ChildProcess first = local("first", run, ITERATIONS);
    awaitCheckpoint(first, run);
    ProcessHandle killed = worker(first, 1).orElseThrow();
    killed.destroyForcibly();

    assertThat(ended(first)).isNotZero();
    assertThat(first.told())
        .contains(
            "worker 1 (localhost:", "The last checkpoint is whole", "the same command goes on")
        .doesNotContain("\tat ");
    assertThat(new RunDirectory(run).results()).doesNotExist();

    ChildProcess second = local("second", run, ITERATIONS);
    assertThat(ended(second)).as(second.told()).isZero();
    assertThat(Files.readString(second.out())).contains(ITERATIONS + " iterations");
  }

  @Test
  void aWorkerOfOtherOptionsIsRefusedBeforeTheFirstIteration() throws Exception {
    String addresses;
    try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      addresses = "localhost:" + one.getLocalPort() + ",localhost:" + two.getLocalPort();
    }
    Path run = folder.resolve("run");
    var children = new ArrayList<ChildProcess>();
    for (int i = 0; i < 2; i++) {
      children.add(
          ChildProcess.program(
              folder.resolve("worker" + i),
              Map.of(),
              List.of(),
              words(
                  run,
                  2,
                  "--set",
                  "run.seed=" + i,
                  "--workers",
                  addresses,
                  "--worker",
                  Integer.toString(i),
                  "--trusted-network")));
    }
    for (ChildProcess child : children) {
      assertThat(ended(child)).isNotZero();
    }
    assertThat(children.get(0).told())
        .contains("worker 0 (localhost:", "and worker 1 (localhost:")
        .contains("are not about to train the same", "first:", "other:", "seed=1");
    assertThat(new RunDirectory(run).holdsWork()).isFalse();
  }

  /** A process that is stopped by a signal answers nothing, and its port stays open. */
  @Tag("slow")
  @Test
  void aWorkerThatHangsStopsAllAndIsNamed() throws Exception {
    Path run = folder.resolve("run");
    ChildProcess first = local("first", run, 100_000);
    awaitCheckpoint(first, run);
    signal("STOP", worker(first, 1).orElseThrow());

    assertThat(ended(first)).isNotZero();
    assertThat(first.told())
        .contains("worker 1 (localhost:", "has given no sign of life", "it hangs")
        .contains("The last checkpoint is whole")
        .doesNotContain("\tat ");
    assertThat(new RunDirectory(run).checkpoints(TinyMethod.SOURCE)).isNotEmpty();
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor())
        .isZero();
  }

  /** Both launchers' variables start the run that {@code --local-workers} does. */
  @Tag("slow")
  @Test
  void workersThatLaunchersNameTrainTheSameBits() throws Exception {
    Path local = folder.resolve("local");
    ChildProcess reference = local("reference", local, 4);
    assertThat(ended(reference)).as(reference.told()).isZero();

    int port = twoFreePorts();
    String addresses = "[\"localhost:" + port + "\", \"localhost:" + (port + 1) + "\"]";
    launched(
        local,
        "tf-config",
        index ->
            Map.of(
                "TF_CONFIG",
                "{\"cluster\": {\"worker\": "
                    + addresses
                    + "}, \"task\": {\"type\": \"worker\", \"index\": "
                    + index
                    + "}}"));
    int other = twoFreePorts();
    launched(
        local,
        "slurm",
        index ->
            Map.of(
                "SLURM_JOB_NODELIST",
                "localhost",
                "SLURM_STEP_TASKS_PER_NODE",
                "2",
                "SLURM_JOB_ID",
                Integer.toString(other - 20_000),
                "SLURM_PROCID",
                Integer.toString(index)));
  }

  private void launched(Path local, String launcher, IntFunction<Map<String, String>> environment)
      throws Exception {
    Path run = folder.resolve(launcher);
    var children = new ArrayList<ChildProcess>();
    for (int i = 0; i < 2; i++) {
      children.add(
          ChildProcess.program(
              folder.resolve(launcher + "-" + i),
              environment.apply(i),
              List.of(),
              words(run, 4, "--workers", launcher, "--trusted-network")));
    }
    for (ChildProcess child : children) {
      assertThat(ended(child)).as(child.told()).isZero();
    }
    assertThat(TinyRuns.end(run, TinyMethod.SOURCE))
        .isEqualTo(TinyRuns.end(local, TinyMethod.SOURCE));
  }

  /** Slurm's jobs have ports from 20000 on, one after the other. */
  private static int twoFreePorts() throws IOException {
    for (int port = 20_000; port < 29_999; port += 2) {
      try (var one = new ServerSocket(port);
          var two = new ServerSocket(port + 1)) {
        return Math.min(one.getLocalPort(), two.getLocalPort());
      } catch (IOException e) {
        // Taken: the next two.
      }
    }
    throw new IOException("no two free ports from 20000 on");
  }

  /** Kills each worker in turn at random moments; the bits at the end are those without. */
  @Tag("slow")
  @Test
  void killedAtRandomMomentsItEndsInTheSameBits() throws Exception {
    Path whole = folder.resolve("whole");
    ChildProcess uninterrupted = local("uninterrupted", whole, ITERATIONS);
    assertThat(ended(uninterrupted)).as(uninterrupted.told()).isZero();
    var random = new Random(7);
    for (int kill = 0; kill < Integer.getInteger("kills", 6); kill++) {
      Path run = folder.resolve("run" + kill);
      ChildProcess killed = local("killed" + kill, run, ITERATIONS);
      awaitCheckpoint(killed, run);
      Thread.sleep(random.nextInt(2000));
      worker(killed, kill % 2).ifPresent(ProcessHandle::destroyForcibly);
      ended(killed);
      ChildProcess again = local("again" + kill, run, ITERATIONS);
      assertThat(ended(again)).as(again.told()).isZero();
      assertThat(TinyRuns.end(run, TinyMethod.SOURCE))
          .isEqualTo(TinyRuns.end(whole, TinyMethod.SOURCE));
    }
  }
}
