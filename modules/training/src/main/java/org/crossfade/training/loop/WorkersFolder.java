package org.crossfade.training.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.method.Phase;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.Provenance;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.workers.WorkerGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a worker keeps what its run leaves. The first worker has the run's own folder. Each other
 * one begins with a copy of it, in a temporary folder, and writes the same there: what a later
 * phase starts from lies beside every worker, and no two of them write one file.
 *
 * @param shared the run's folder
 * @param own this worker's
 * @param group this process's
 */
record WorkersFolder(RunDirectory shared, RunDirectory own, WorkerGroup group) {
  private static final Logger LOG = LoggerFactory.getLogger(WorkersFolder.class);
  private static final String RECORD = "workers.json";
  private static final String LOCK = "run.lock";

  /** Contents of {@code workers.json}: how many processes trained the run last. */
  record Count(int workers) {}

  static WorkersFolder of(RunDirectory shared, WorkerGroup group) throws IOException {
    if (group.writes()) {
      return new WorkersFolder(shared, shared, group);
    }
    Path own = Files.createTempDirectory("crossfade-worker-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(own), "worker-folder"));
    return new WorkersFolder(shared, new RunDirectory(own), group);
  }

  private static void delete(Path folder) {
    try {
      Checkpoint.deleteFolder(folder);
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} stays", folder, e);
    }
  }

  /**
   * Takes over where the run stands, and checks that all workers are about to do the same.
   *
   * @throws org.crossfade.training.workers.WorkersException with what differs
   */
  void join(Experiment experiment) throws IOException {
    // Now the first has swept its folder, and all have found their options and data sound.
    group.agree(false);
    if (!group.writes()) {
      copy(shared.root(), own.root());
    }
    group.requireSame(identity(experiment));
  }

  private static void copy(Path from, Path to) throws IOException {
    if (!Files.isDirectory(from)) {
      return;
    }
    List<Path> all;
    try (var files = Files.walk(from)) {
      all = files.toList();
    }
    for (Path file : all) {
      Path target = to.resolve(from.relativize(file).toString());
      if (Files.isDirectory(file)) {
        Files.createDirectories(target);
      } else if (!file.getFileName().toString().equals(LOCK)) {
        Files.copy(file, target);
      }
    }
  }

  /** Returns all that decides what is computed from here on, line by line. */
  private String identity(Experiment experiment) throws IOException {
    Provenance.Program program = Provenance.Program.running();
    var lines = new ArrayList<String>();
    lines.add("crossfade " + program.crossfade() + " " + program.commit());
    lines.add("format " + program.format().orElse(0));
    lines.add("TensorFlow " + program.tensorflow());
    lines.add("method " + experiment.methodName());
    lines.add("options " + experiment.options().hash());
    lines.add("weights " + experiment.weights().hash());
    experiment.data().fingerprints().forEach((part, hash) -> lines.add(part + " data " + hash));
    for (Phase phase : experiment.method().phases()) {
      Path end = own.phase(phase.name());
      if (Checkpoint.exists(end)) {
        lines.add("end of " + phase.name() + " " + Checkpoint.fingerprint(end));
      }
      Optional<Path> latest = own.latestCheckpoint(phase.name());
      if (latest.isPresent()) {
        lines.add(
            "checkpoint of "
                + phase.name()
                + " "
                + latest.get().getFileName()
                + " "
                + Checkpoint.fingerprint(latest.get()));
      }
    }
    experiment.options().text().lines().forEach(lines::add);
    return String.join("\n", lines);
  }

  /** Notes how many workers train a run; says so where they were others before. */
  static void record(RunDirectory run, Optional<WorkersFolder> workers) throws IOException {
    int now = workers.map(w -> w.group().place().count()).orElse(1);
    Path file = run.root().resolve(RECORD);
    int before = Files.exists(file) ? Json.read(file, Count.class).workers() : 1;
    if (before != now && run.holdsWork()) {
      LOG.warn(
          "{} workers go on with what {} began: the same batches, draws and sums, but added up in"
              + " another order, so numbers differ in their last digits from here on",
          now,
          before);
    }
    if (before != now) {
      Json.write(file, new Count(now));
    }
  }
}
