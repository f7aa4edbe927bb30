package org.crossfade.training.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The layout of one run's folder.
 *
 * <pre>
 * config.conf        the resolved options
 * run.lock           who trains here; empty where nobody does
 * run.json           format, versions, seed, commit, machine
 * data/PART.sha256   the files that it is trained and scored with, as sha256sum writes them
 * labelled-target.txt  names of the labelled target images, where not all are
 * metrics.jsonl      one line a record: training, evaluation
 * results.json       the evaluation of each phase's end
 * tensorboard/       events
 * checkpoints/PHASE/ITERATION/   of the running phase
 * phases/PHASE/      the end of each finished phase, as a checkpoint
 * artefacts/NAME/    what a pass left, and its hash in artefacts/NAME.json
 * samples/           validation images, labels and predictions as pictures
 * </pre>
 */
public final class RunDirectory {
  private final Path root;

  /** Takes a folder, which need not exist. */
  public RunDirectory(Path root) {
    this.root = root;
  }

  /** Returns the folder itself. */
  public Path root() {
    return root;
  }

  /** Returns the file of resolved options. */
  public Path config() {
    return root.resolve("config.conf");
  }

  /** Returns the file of the run's provenance. */
  public Path provenance() {
    return root.resolve("run.json");
  }

  /** Returns the folder with the lists of data files. */
  public Path data() {
    return root.resolve("data");
  }

  /** Returns the list of labelled target images. */
  public Path labelledTarget() {
    return root.resolve("labelled-target.txt");
  }

  /** Returns the file of metrics. */
  public Path metrics() {
    return root.resolve("metrics.jsonl");
  }

  /** Returns the file of results. */
  public Path results() {
    return root.resolve("results.json");
  }

  /** Returns the folder of TensorBoard events. */
  public Path tensorboard() {
    return root.resolve("tensorboard");
  }

  /** Returns the folder of pictures. */
  public Path samples() {
    return root.resolve("samples");
  }

  /** Returns the checkpoint at the end of a phase. */
  public Path phase(String phase) {
    return root.resolve("phases").resolve(phase);
  }

  /** Returns the checkpoint of the best evaluation of a phase. */
  public Path best(String phase) {
    return root.resolve("checkpoints").resolve(phase).resolve("best");
  }

  /** Returns the checkpoint of a running phase after {@code iteration} iterations. */
  public Path checkpoint(String phase, long iteration) {
    return root.resolve("checkpoints").resolve(phase).resolve(String.format("%08d", iteration));
  }

  /** Returns the folder of an artefact. */
  public Path artefact(String name) {
    return root.resolve("artefacts").resolve(name);
  }

  /** Returns the file that says that an artefact is complete. */
  public Path artefactRecord(String name) {
    return root.resolve("artefacts").resolve(name + ".json");
  }

  /** Returns the checkpoints of a running phase, the latest first. */
  public List<Path> checkpoints(String phase) throws IOException {
    Path folder = root.resolve("checkpoints").resolve(phase);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries
          .filter(f -> f.getFileName().toString().matches("\\d+"))
          .sorted(Comparator.comparing(Path::getFileName).reversed())
          .toList();
    }
  }

  /** Returns the latest checkpoint of a running phase. */
  public Optional<Path> latestCheckpoint(String phase) throws IOException {
    return checkpoints(phase).stream().findFirst();
  }

  /**
   * Returns whether anything that a run computes is here: a checkpoint, the end of a phase, an
   * artefact, results. A start that failed leaves none of it.
   */
  public boolean holdsWork() throws IOException {
    return Files.exists(results())
        || holds("phases", 2, Checkpoint::exists)
        || holds("checkpoints", 3, Checkpoint::exists)
        || holds("artefacts", 2, file -> file.toString().endsWith(".json"));
  }

  private boolean holds(String folder, int depth, Predicate<Path> work) throws IOException {
    Path start = root.resolve(folder);
    if (!Files.isDirectory(start)) {
      return false;
    }
    try (var files = Files.walk(start, depth)) {
      return files.anyMatch(work);
    }
  }

  /** Deletes all but the latest {@code keep} checkpoints of a running phase. */
  public void prune(String phase, int keep) throws IOException {
    for (Path old : checkpoints(phase).stream().skip(keep).toList()) {
      Checkpoint.deleteFolder(old);
    }
  }

  /**
   * Makes the end of a phase the latest checkpoint of the running phase.
   *
   * @param iteration that it stands at
   */
  public void reopen(String phase, long iteration) throws IOException {
    deleteCheckpoints(phase);
    Path checkpoint = checkpoint(phase, iteration);
    Files.createDirectories(checkpoint.getParent());
    Files.move(phase(phase), checkpoint, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Deletes what a process left that ended while it wrote; what it had put aside comes back. */
  public void sweep() throws IOException {
    for (Path folder : List.of(root, root.resolve("artefacts"), root.resolve("phases"))) {
      sweep(folder);
    }
    Path running = root.resolve("checkpoints");
    if (Files.isDirectory(running)) {
      try (var phases = Files.list(running)) {
        for (Path phase : phases.toList()) {
          sweep(phase);
        }
      }
    }
  }

  private static void sweep(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> entries;
    try (var listed = Files.list(folder)) {
      entries = listed.toList();
    }
    for (Path entry : entries) {
      String name = entry.getFileName().toString();
      if (name.endsWith(".part")) {
        Checkpoint.deleteFolder(entry);
      } else if (name.startsWith(".") && name.endsWith(Checkpoint.OLD)) {
        Checkpoint.recover(entry);
      }
    }
  }

  /** Deletes the checkpoints of a phase that is over. */
  public void deleteCheckpoints(String phase) throws IOException {
    Checkpoint.deleteFolder(root.resolve("checkpoints").resolve(phase));
  }
}
