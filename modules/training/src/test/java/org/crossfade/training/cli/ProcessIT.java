package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.crossfade.training.TinyMethod;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.loop.StoppedException;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: signals, limits, its environment. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ProcessIT {
  @TempDir Path folder;
  @TempDir Path logs;

  @Test
  void ctrlCSavesAndSaysHowToResume() throws IOException, InterruptedException {
    ChildProcess child =
        ChildProcess.train(
            folder,
            logs,
            0,
            Map.of(),
            "tiny.source.iterations = 1000000",
            "tiny.source.decay.horizon = 1000000",
            "run.log-every = 1");
    var run = new RunDirectory(folder);
    try {
      while (!(Files.exists(run.metrics()) && Files.size(run.metrics()) > 0)) {
        assertThat(child.process().isAlive()).as(child.told()).isTrue();
        child.process().waitFor(100, TimeUnit.MILLISECONDS);
      }
      assertThatThrownBy(() -> RunLock.take(folder))
          .as("another process")
          .hasMessageContaining("process " + child.process().pid() + " on ");
      new ProcessBuilder("kill", "-INT", String.valueOf(child.process().pid())).start().waitFor();

      assertThat(child.process().waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      child.process().destroyForcibly();
    }
    assertThat(child.process().exitValue()).isNotZero();
    RunLock.take(folder).close();
    assertThat(child.told())
        .contains("stopped in phase 'source' after iteration")
        .contains("saved. Run the same command again to go on")
        .doesNotContain("\tat ");
    Path saved = run.latestCheckpoint(TinyMethod.SOURCE).orElseThrow();
    assertThat(Checkpoint.state(saved).iteration()).isPositive();
  }

  /** No file may grow beyond the limit: writing fails as on a full disk. */
  @Test
  void aFullDiskLeavesTheCheckpointBeforeWhole() throws IOException, InterruptedException {
    String[] settings = {"tiny.net = deeplab", "run.checkpoint-every = 1"};
    Experiment experiment = TinyRuns.experiment(settings);
    try {
      TinyRuns.trainUntil(experiment, folder, TinyMethod.SOURCE, 1);
    } catch (StoppedException e) {
      assertThat(e.told()).isFalse();
    }
    Path before = new RunDirectory(folder).checkpoint(TinyMethod.SOURCE, 1);
    byte[] variables = TinyRuns.variables(before);
    int blocks = 64;
    assertThat(variables).as("more than the limit").hasSizeGreaterThan(blocks * 1024);

    ChildProcess child = ChildProcess.train(folder, logs, blocks, Map.of(), settings);

    assertThat(child.process().waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(child.process().exitValue()).as(child.told()).isEqualTo(CommandLine.FAILED);
    assertThat(child.told())
        .contains("can't be written", "checkpoints before it are whole")
        .doesNotContain("\tat ");
    assertThat(new RunDirectory(folder).checkpoints(TinyMethod.SOURCE)).containsExactly(before);
    assertThat(TinyRuns.variables(before)).isEqualTo(variables);
    assertThat(Checkpoint.state(before).iteration()).isEqualTo(1);
  }

  @Test
  void aStackTraceIsShownWhereItIsAskedFor() throws IOException, InterruptedException {
    ChildProcess child =
        ChildProcess.train(
            folder, logs, 0, Map.of(CommandLine.DEBUG, "1"), "tiny.source.segmenter.rate = 1e30");

    assertThat(child.process().waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(child.process().exitValue()).isEqualTo(CommandLine.FAILED);
    assertThat(child.told()).contains("error: phase 'source'", "\tat ");
  }
}
