package org.crossfade.training.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.graph.Workers;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.Provenance;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.run.RunLock;
import org.crossfade.training.run.WholeFile;
import org.crossfade.training.session.ComputeDevice;
import org.crossfade.training.session.NativePrecision;
import org.crossfade.training.workers.WorkerGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run in its folder: checked data, recorded provenance, the loop with its listeners. */
public final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final Experiment experiment;
  private final RunDirectory run;
  private final PhaseCache cache;
  private final Optional<WorkersFolder> workers;

  /**
   * Prepares a run.
   *
   * @param folder of the run; what it holds is resumed
   * @param phaseCache folder of finished phases that runs share
   */
  public TrainingRun(Experiment experiment, Path folder, Optional<Path> phaseCache) {
    this(experiment, new RunDirectory(folder), phaseCache, Optional.empty());
  }

  private TrainingRun(
      Experiment experiment,
      RunDirectory run,
      Optional<Path> phaseCache,
      Optional<WorkersFolder> workers) {
    this.experiment = experiment;
    this.run = run;
    this.workers = workers;
    this.cache = new PhaseCache(phaseCache);
  }

  /**
   * Prepares a run of several workers. The first one writes the run's folder; the others work in
   * copies that are deleted with them.
   *
   * @param folder of the run, which all workers see
   */
  public static TrainingRun of(Experiment experiment, Path folder, WorkerGroup group)
      throws IOException {
    var workers = WorkersFolder.of(new RunDirectory(folder), group);
    return new TrainingRun(experiment, workers.own(), Optional.empty(), Optional.of(workers));
  }

  /**
   * Checks that several workers can train an experiment together, before they meet.
   *
   * @throws IllegalArgumentException if not: a batch that their number does not divide, or a method
   *     that can't be shared
   */
  public static void requireShareable(Experiment experiment, Workers.Place place) {
    PhaseTeam.requireShareable(experiment, place);
  }

  /** Returns the run's folder. */
  public RunDirectory directory() {
    return run;
  }

  /**
   * Checks that what lies in the run's folder was made with the same options.
   *
   * @throws RunFolderException if not; the message lists the differences
   */
  public void requireOwnFolder() throws IOException {
    new FolderCheck(experiment, run).requireSame();
  }

  /**
   * Checks the run's folder and the files of all data sets, so that training stops before its first
   * iteration and not at its thousandth.
   *
   * @throws RunFolderException if the folder belongs to a run of other options
   * @throws DataException with everything that was found
   */
  public void checkData() throws IOException {
    ComputeDevice.of(experiment.run().onDevice());
    requirePrecision();
    RunLock.requireFree(run.root());
    requireOwnFolder();
    new RunData(experiment).requireSound(() -> new FolderCheck(experiment, run).requireSameData());
  }

  private void requirePrecision() {
    NativePrecision.of(experiment.run().onDevice()).require(experiment.run().precision());
  }

  /**
   * Trains to the end.
   *
   * @param command for the record
   * @param listeners beside those that record metrics and cost
   */
  public void train(List<String> command, TrainingListener... listeners) throws IOException {
    train(command, Portion.WHOLE, new StopSignal(), listeners);
  }

  /**
   * Trains to the end, or until it is asked to stop.
   *
   * @param command for the record
   * @param stop asks for it; Ctrl-C does, too
   * @param listeners beside those that record metrics and cost
   * @throws StoppedException if it was asked to; everything is saved
   */
  public void train(List<String> command, StopSignal stop, TrainingListener... listeners)
      throws IOException {
    train(command, Portion.WHOLE, stop, listeners);
  }

  /**
   * How much of a run is trained at once.
   *
   * @param until the last phase; without one all are trained
   * @param waits whether it waits where another process trains a phase that it needs
   */
  public record Portion(Optional<String> until, boolean waits) {
    /** All of it. */
    public static final Portion WHOLE = new Portion(Optional.empty(), true);
  }

  /**
   * Trains a part of the run, or all of it.
   *
   * @throws PhaseTakenException if another process trains a phase, and this one does not wait
   */
  public void train(List<String> command, Portion portion, TrainingListener... listeners)
      throws IOException {
    train(command, portion, new StopSignal(), listeners);
  }

  private void train(
      List<String> command, Portion portion, StopSignal stop, TrainingListener... listeners)
      throws IOException {
    ComputeDevice device = ComputeDevice.of(experiment.run().onDevice());
    requirePrecision();
    LOG.info("{} {}", experiment.methodName(), device);
    Files.createDirectories(run.root());
    RunLock lock = RunLock.take(run.root());
    try {
      run.sweep();
      if (workers.isPresent()) {
        workers.get().join(experiment);
      }
      requireOwnFolder();
      new FolderCheck(experiment, run).requireSameData();
      boolean anew = !run.holdsWork();
      record(command, device, anew);
      WorkersFolder.record(run, workers);
      var begun = new AtomicBoolean(!anew);
      try {
        loop(begun, portion, stop, listeners);
      } catch (IOException | RuntimeException | Error e) {
        if (!begun.get() && !run.holdsWork()) {
          forget();
        }
        throw e;
      }
    } finally {
      lock.close();
    }
  }

  /** Records options and provenance; what a start that came to nothing has left is replaced. */
  private void record(List<String> command, ComputeDevice device, boolean anew) throws IOException {
    if (anew || !Files.exists(run.config())) {
      WholeFile.write(run.config(), experiment.options().text().getBytes(StandardCharsets.UTF_8));
    }
    if (anew || !Files.exists(run.provenance())) {
      Json.write(
          run.provenance(),
          Provenance.now(
              experiment.methodName(),
              experiment.weights().hash(),
              experiment.run().seed(),
              device.toString(),
              experiment.run().precision(),
              new RunData(experiment).targetLabels(),
              experiment.data().fingerprints(),
              command));
    }
    if (anew || !Files.exists(run.data())) {
      new DataRecord(experiment.data(), run).write();
    }
    recordLabelledTarget();
  }

  /** A start that failed before its first iteration must not decide what the next one trains. */
  private void forget() throws IOException {
    for (Path file : List.of(run.config(), run.provenance(), run.labelledTarget())) {
      Files.deleteIfExists(file);
    }
    new DataRecord(experiment.data(), run).delete();
  }

  private void loop(
      AtomicBoolean begun, Portion portion, StopSignal asked, TrainingListener... listeners)
      throws IOException {
    try (var recorder = new MetricsRecorder(run)) {
      var all = new ArrayList<TrainingListener>(List.of(listeners));
      all.add(recorder);
      all.add(CostMeter.of(run.root()));
      all.add(
          new TrainingListener() {
            @Override
            public void iterated(String phase, long iteration, long iterations) {
              begun.set(true);
            }
          });
      Optional<WorkerGroup> group = workers.map(WorkersFolder::group);
      // Of several workers none stops alone: the loop asks them all.
      StopSignal stop = group.isPresent() ? new StopSignal() : asked;
      group.ifPresent(g -> g.stopWhen(asked::requested));
      PhaseCache phases = portion.waits() ? cache : cache.withoutWaiting();
      var loop = new TrainingLoop(experiment, run, phases, new Listeners(all), stop, group);
      asked.guard(
          120,
          () -> {
            try {
              loop.run(portion.until());
            } catch (IOException e) {
              throw new UncheckedIOException("the run folder " + run.root(), e);
            }
          });
    }
  }

  /** Few shots decide a score, so the run says which they were. */
  private void recordLabelledTarget() throws IOException {
    if (experiment.task().targetLabels().isAll()) {
      return;
    }
    Dataset labelled = experiment.data().labelledTarget();
    var lines = new ArrayList<String>();
    lines.add("# " + labelled + ", sha256 " + labelled.fingerprint());
    for (int i = 0; i < labelled.size(); i++) {
      lines.add(labelled.id(i));
    }
    Files.write(run.labelledTarget(), lines);
  }

  /** Returns whether the last phase that trains is finished and scored. */
  public boolean finished() throws IOException {
    String last = experiment.method().lastTraining().name();
    return RunResults.read(run.results())
        .filter(results -> results.phases().containsKey(last))
        .isPresent();
  }

  /**
   * A phase that other runs may begin with, too.
   *
   * @param name of the phase
   * @param key equal where two runs compute the same in it
   */
  public record Beginning(String name, String key) {}

  /**
   * Returns the phase that the run begins with, unless that is a pass over data. Builds its graph
   * and trains nothing.
   */
  public Optional<Beginning> beginning() throws IOException {
    if (!(experiment.method().phases().get(0) instanceof TrainingPhase first)) {
      return Optional.empty();
    }
    var trainer =
        new PhaseTrainer(
            experiment,
            first,
            run,
            cache,
            new Listeners(List.of()),
            new StopSignal(),
            Map.of(),
            Optional.empty());
    return Optional.of(new Beginning(first.name(), trainer.key()));
  }

  /** Returns a table of the finished phases. */
  public String summary() throws IOException {
    RunResults results = RunResults.read(run.results()).orElseThrow();
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            "%s, %s, seed %d, selection %s",
            results.method(), results.task(), results.seed(), results.selection()));
    results
        .phases()
        .forEach(
            (phase, result) -> {
              var text = new StringBuilder();
              text.append(
                  String.format(
                      Locale.ROOT,
                      "  %-18s %6d iterations  mIoU %5.1f %%",
                      phase,
                      result.iterations(),
                      100 * result.evaluation().miou()));
              new TreeMap<>(result.evaluation().groups())
                  .forEach(
                      (group, value) ->
                          text.append(String.format(Locale.ROOT, "  %s %.1f", group, 100 * value)));
              lines.add(text.toString());
            });
    lines.add("in " + run.root());
    return String.join("\n", lines);
  }
}
