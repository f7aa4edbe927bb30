package org.crossfade.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.crossfade.training.TinyMethod;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.run.RunDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of two that need one phase, one trains it. */
class PhaseLeaseTest {
  private static final PhaseLease.Times SHORT =
      new PhaseLease.Times(Duration.ofMillis(20), Duration.ofSeconds(2));

  @TempDir Path folder;

  @Test
  void twoRunsThatBeginAlikeAtOnceTrainTheBeginningOnce() throws Exception {
    var both = Executors.newFixedThreadPool(2);
    try {
      var runs = new ArrayList<Future<Void>>();
      for (String name : List.of("one", "two")) {
        Callable<Void> training =
            () -> {
              TinyRuns.train(
                  TinyRuns.experiment("tiny.target-iterations = 0"),
                  folder.resolve(name),
                  Optional.of(folder.resolve("phases")),
                  new StopSignal());
              return null;
            };
        runs.add(both.submit(training));
      }
      for (Future<Void> run : runs) {
        run.get();
      }
    } finally {
      both.shutdownNow();
    }

    assertThat(List.of(reused("one"), reused("two"))).containsExactlyInAnyOrder(true, false);
    assertThat(TinyRuns.end(folder.resolve("one"), TinyMethod.SOURCE))
        .isEqualTo(TinyRuns.end(folder.resolve("two"), TinyMethod.SOURCE));
    try (var entries = Files.list(folder.resolve("phases"))) {
      assertThat(entries.map(e -> e.getFileName().toString()))
          .as("one entry, no lease, nothing half written")
          .hasSize(1)
          .noneMatch(name -> name.contains("."));
    }
  }

  private boolean reused(String name) throws IOException {
    return RunResults.read(new RunDirectory(folder.resolve(name)).results())
        .orElseThrow()
        .phases()
        .get(TinyMethod.SOURCE)
        .reused();
  }

  @Test
  void aHolderGivesSignsOfLifeUntilItGivesTheLeaseBack() throws Exception {
    Path file = folder.resolve("phase.lease");
    var often = new PhaseLease.Times(Duration.ofMillis(5), Duration.ofSeconds(1));
    try (PhaseLease held = PhaseLease.take(file, often).orElseThrow()) {
      assertThat(held).isNotNull();
      String first = Files.readString(file);
      while (Files.readString(file).equals(first)) {
        Thread.sleep(5);
      }
      assertThat(PhaseLease.take(file, often)).isEmpty();
      assertThat(PhaseLease.holder(file))
          .contains("process " + ProcessHandle.current().pid(), " on ");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void aLeaseThatChangesIsNeverTakenAway() throws IOException {
    Path file = folder.resolve("phase.lease");
    var watch = new PhaseLease.Watch(file, new PhaseLease.Times(Duration.ofDays(1), Duration.ZERO));
    for (int beat = 0; beat < 5; beat++) {
      Files.writeString(file, "process 1 on another machine\n" + beat);
      assertThat(watch.freed()).isFalse();
    }
    assertThat(watch.freed()).as("without a change").isTrue();
    assertThat(file).doesNotExist();
  }

  @Test
  void aDeadHoldersLeaseExpiresAndTheNextOneTakesIt() throws IOException {
    Path file = folder.resolve("key.lease");
    Files.writeString(file, "process 1 on another machine\n0\n7\n");
    PhaseCache cache = new PhaseCache(Optional.of(folder)).with(SHORT);

    Optional<PhaseLease> lease = cache.lease("key", "source", () -> false);

    assertThat(lease).isPresent();
    assertThat(file).content().contains("process " + ProcessHandle.current().pid());
    lease.orElseThrow().close();
    assertThat(file).doesNotExist();
  }

  @Test
  void ofManyThatFindItDeadOneTakesIt() throws Exception {
    Path file = folder.resolve("key.lease");
    Files.writeString(file, "process 1 on another machine\n0\n7\n");
    int many = 6;
    var done = new CountDownLatch(1);
    var gaveUp = new CountDownLatch(many - 1);
    var pool = Executors.newFixedThreadPool(many);
    try {
      var takers = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < many; i++) {
        takers.add(
            pool.submit(
                () -> {
                  PhaseCache cache = new PhaseCache(Optional.of(folder)).with(SHORT);
                  Optional<PhaseLease> mine =
                      cache.lease("key", "source", () -> done.getCount() == 0);
                  done.countDown();
                  if (mine.isPresent()) {
                    gaveUp.await();
                    mine.get().close();
                  } else {
                    gaveUp.countDown();
                  }
                  return mine.isPresent();
                }));
      }
      int taken = 0;
      for (Future<Boolean> taker : takers) {
        taken += taker.get() ? 1 : 0;
      }
      assertThat(taken).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void whoDoesNotWaitIsToldWhoTrains() throws IOException {
    try (PhaseLease held = PhaseLease.take(folder.resolve("key.lease"), SHORT).orElseThrow()) {
      PhaseCache cache = new PhaseCache(Optional.of(folder)).withoutWaiting();

      assertThat(held).isNotNull();
      assertThatThrownBy(() -> cache.lease("key", "source", () -> false))
          .isInstanceOf(PhaseTakenException.class)
          .hasMessageContaining("phase 'source' is being trained by process ");
    }
  }

  @Test
  void whoWaitsAndIsStoppedTakesNothing() throws IOException {
    try (PhaseLease held = PhaseLease.take(folder.resolve("key.lease"), SHORT).orElseThrow()) {
      PhaseCache cache = new PhaseCache(Optional.of(folder));

      assertThat(held).isNotNull();
      assertThat(cache.lease("key", "source", () -> true)).isEmpty();
    }
  }
}
