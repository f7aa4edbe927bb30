package org.crossfade.training.loop;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.Inference;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.optim.ParameterGroup;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.evaluation.RunResults.PhaseResult;
import org.crossfade.training.options.RunOptions;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.FileProblem;
import org.crossfade.training.run.Format;
import org.crossfade.training.run.Json;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.MetricsLog;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.run.SamplePictures;
import org.crossfade.training.session.CompiledPhase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.Graph;
import org.tensorflow.proto.GraphDef;

/**
 * Finished phases by what determines their result, so that methods that begin alike (a warm-up on
 * the source domain) train it once. Two phases are the same when graph, streams, data, seeds, rates
 * and starting weights are; their methods' names do not matter.
 */
public final class PhaseCache {
  private static final Logger LOG = LoggerFactory.getLogger(PhaseCache.class);
  private static final String RECORD = "result.json";
  private static final String METRICS = "metrics.jsonl";
  private static final String END = "end";
  private static final String SAMPLES = "samples";

  private static final Duration LOOK = Duration.ofMillis(500);

  private final Optional<Path> folder;
  private final boolean waits;
  private final PhaseLease.Times times;

  /** Opens a folder; without one nothing is kept or found. */
  public PhaseCache(Optional<Path> folder) {
    this(folder, true, PhaseLease.Times.USUAL);
  }

  private PhaseCache(Optional<Path> folder, boolean waits, PhaseLease.Times times) {
    this.folder = folder;
    this.waits = waits;
    this.times = times;
  }

  /** Returns the same, where a run that needs a phase which another one trains does not wait. */
  PhaseCache withoutWaiting() {
    return new PhaseCache(folder, false, times);
  }

  /** Returns the same with other times of its leases. */
  PhaseCache with(PhaseLease.Times other) {
    return new PhaseCache(folder, waits, other);
  }

  /**
   * What a finished phase leaves beside its checkpoint.
   *
   * @param result its evaluation
   * @param metricsChecksum of its lines of metrics, CRC-32C
   */
  record Kept(PhaseResult result, String metricsChecksum) {}

  /**
   * A finished phase, whose files are whole.
   *
   * @param folder its files
   * @param result its evaluation
   * @param state where its loop ended
   */
  record Entry(Path folder, PhaseResult result, LoopState state) {
    /** Gives another run the lines of metrics and the pictures of the phase. */
    void copyRecords(RunDirectory run, String phase) throws IOException {
      var log = new MetricsLog(run.metrics());
      log.retain(line -> !MetricsLine.after(line, phase, -1));
      Files.write(
          run.metrics(),
          Files.readAllBytes(folder.resolve(METRICS)),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      SamplePictures.copy(folder.resolve(SAMPLES), run.samples(), phase);
    }

    /** Makes the phase a finished phase of another run. */
    void copyEnd(RunDirectory run, String phase, LoopState state) throws IOException {
      Checkpoint.copy(folder.resolve(END), state, run.phase(phase));
    }
  }

  /** Returns the phase with a key; one whose files have changed is trained anew. */
  Optional<Entry> find(String key) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    Path entry = folder.get().resolve(key);
    try {
      if (!Files.exists(entry.resolve(RECORD))) {
        ShippedPhases.unpack(key, entry);
      }
      if (!Files.exists(entry.resolve(RECORD))) {
        return Optional.empty();
      }
      Kept kept = Json.read(entry.resolve(RECORD), Kept.class);
      LoopState state = Checkpoint.state(entry.resolve(END));
      if (checksum(entry.resolve(METRICS)).equals(kept.metricsChecksum())) {
        return Optional.of(new Entry(entry, kept.result(), state));
      }
      LOG.warn("{} has changed; the phase is trained anew", entry.resolve(METRICS));
    } catch (IOException | RunFolderException e) {
      LOG.warn("{}: {}; the phase is trained anew", entry, FileProblem.describe(e));
    }
    return Optional.empty();
  }

  /**
   * Takes the lease of a phase that this process trains next; waits while another one trains it.
   *
   * @param stopped whether the user asks for an end
   * @return the lease; empty without a folder, where it can't be had, or where the user stops
   * @throws PhaseTakenException if this cache does not wait
   */
  Optional<PhaseLease> lease(String key, String phase, BooleanSupplier stopped) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    Path file = leaseFile(key);
    var watch = new PhaseLease.Watch(file, times);
    boolean told = false;
    try {
      while (!stopped.getAsBoolean()) {
        Optional<PhaseLease> own = PhaseLease.take(file, times);
        if (own.isPresent()) {
          return own;
        }
        String holder = PhaseLease.holder(file);
        if (!waits) {
          throw new PhaseTakenException(
              "phase '" + phase + "' is being trained by " + holder + " (" + file + ")");
        }
        if (!told) {
          LOG.info("phase {}: {} trains the same; this run waits for it ({})", phase, holder, file);
          told = true;
        }
        if (!watch.freed()) {
          Thread.sleep(LOOK.toMillis());
        }
      }
    } catch (IOException e) {
      LOG.warn(
          "phase {}: no lease ({}); if another process trains the same, both do",
          phase,
          FileProblem.describe(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  /** Returns the lease of a phase if it is to be had at once. */
  Optional<PhaseLease> leaseIfFree(String key) {
    try {
      return folder.isEmpty() ? Optional.empty() : PhaseLease.take(leaseFile(key), times);
    } catch (IOException e) {
      LOG.debug("no lease of {}", key, e);
      return Optional.empty();
    }
  }

  private Path leaseFile(String key) {
    return folder.orElseThrow().resolve(key + ".lease");
  }

  /**
   * Keeps a phase that has just finished in {@code run}; the run goes on if that fails. The entry
   * is written aside and moved, so that who looks for it meanwhile finds all of it or nothing.
   */
  void put(String key, RunDirectory run, String phase) {
    if (folder.isEmpty()) {
      return;
    }
    Path entry = folder.get().resolve(key);
    Path aside = folder.get().resolve("." + key + "." + UUID.randomUUID());
    try {
      Files.createDirectories(aside);
      Checkpoint.copy(run.phase(phase), Checkpoint.state(run.phase(phase)), aside.resolve(END));
      List<String> lines = Files.readAllLines(run.metrics(), StandardCharsets.UTF_8);
      Files.write(
          aside.resolve(METRICS),
          lines.stream().filter(line -> MetricsLine.after(line, phase, -1)).toList(),
          StandardCharsets.UTF_8);
      SamplePictures.copy(run.samples(), aside.resolve(SAMPLES), phase);
      RunResults results = RunResults.read(run.results()).orElseThrow();
      Json.write(
          aside.resolve(RECORD),
          new Kept(results.phases().get(phase), checksum(aside.resolve(METRICS))));
      if (Files.exists(entry)) {
        // Broken, or this phase would have been taken from it.
        Path broken = folder.get().resolve("." + key + ".old." + UUID.randomUUID());
        Files.move(entry, broken, StandardCopyOption.ATOMIC_MOVE);
        Checkpoint.deleteFolder(broken);
      }
      Files.move(aside, entry, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RunFolderException e) {
      LOG.warn("phase {} is not kept in {}: {}", phase, entry, FileProblem.describe(e));
      deleteIfThere(aside);
    }
  }

  private static void deleteIfThere(Path folder) {
    try {
      Checkpoint.deleteFolder(folder);
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("{} stays", folder, e);
    }
  }

  private static String checksum(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.crc32c()).toString();
  }

  @Override
  public String toString() {
    return folder.map(Path::toString).orElse("no phase cache");
  }

  /**
   * Returns the hash of all that determines what a phase computes.
   *
   * @param run holds the ends of the phases that it starts from
   */
  static String key(
      Experiment experiment,
      CompiledPhase compiled,
      RunDirectory run,
      Map<String, String> artefacts)
      throws IOException {
    TrainingPhase phase = compiled.phase();
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putInt(Format.CURRENT);
    hasher.putBytes(deterministic(((Graph) compiled.session().tf().scope().env()).toGraphDef()));
    for (StreamRequest stream : phase.streams()) {
      hasher.putString(stream.toString(), StandardCharsets.UTF_8);
      hasher.putString(experiment.dataset(stream).fingerprint(), StandardCharsets.UTF_8);
    }
    for (CompiledStep step : compiled.steps()) {
      for (ParameterGroup group : step.groups()) {
        hasher.putString(group.parameters().toString(), StandardCharsets.UTF_8);
        ScheduleKey.put(hasher, group.schedule(), compiled.scheduled(), phase.iterations());
      }
    }
    var starts = new TreeMap<String, InitialWeights>(phase.initialWeights());
    hasher.putString(
        phase.name()
            + starts
            + phase.iterations()
            + phase.selection().map(s -> s.stream() + s.companions() + s.rule() + s.dropRemainder())
            + experiment.data().validation().fingerprint()
            + run(experiment.run())
            + new TreeMap<>(artefacts)
            + evaluated(experiment.labelSpace())
            + evaluated(phase.inference()),
        StandardCharsets.UTF_8);
    hasher.putString(experiment.weights().hash(), StandardCharsets.UTF_8);
    for (InitialWeights start : starts.values()) {
      if (start instanceof InitialWeights.FromPhase earlier) {
        hasher.putString(
            Checkpoint.fingerprint(run.phase(earlier.phase())), StandardCharsets.UTF_8);
      }
    }
    return hasher.hash().toString().substring(0, 32);
  }

  /** Without the precision, which the graph declares: keys from before there was a choice hold. */
  private static String run(RunOptions options) {
    return options.toString().replace(", precision=" + options.precision(), "");
  }

  /**
   * What else an evaluation depends on: names and groups of classes; nothing for published ones.
   */
  private static String evaluated(LabelSpace space) {
    return space.spelled().equals(Integer.toString(space.classes()))
        ? ""
        : space.spelled() + space.groups();
  }

  /** What the graph does not show of how the network is evaluated; nothing where it is as ever. */
  private static String evaluated(Inference inference) {
    return (inference.resizing() instanceof SampleTransform.Resize ? "" : "bilinear")
        + (inference.scoresAtTestSize() ? "at test size" : "")
        + inference.evaluateEvery().map(every -> "every " + every).orElse("");
  }

  /** Attributes are a map, whose order differs from process to process unless one asks. */
  private static byte[] deterministic(GraphDef graph) {
    byte[] bytes = new byte[graph.getSerializedSize()];
    CodedOutputStream stream = CodedOutputStream.newInstance(bytes);
    stream.useDeterministicSerialization();
    try {
      graph.writeTo(stream);
      stream.flush();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes;
  }
}
