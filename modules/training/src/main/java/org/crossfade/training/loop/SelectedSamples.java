package org.crossfade.training.loop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.method.FetchedValues;
import org.crossfade.core.method.SampleSelection;
import org.crossfade.core.method.ScoreRule;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.datasets.sampling.Draws;
import org.crossfade.datasets.subset.Subset;
import org.crossfade.training.run.CacheFolder;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.run.SelectionState;
import org.crossfade.training.session.CompiledPhase;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.training.session.PhaseStreams;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * The samples of a phase's stream that are left, and the selections that make them fewer. A
 * selection depends on the variables, the samples left, the epoch and the run's seed alone, so one
 * that was cut off is simply made again.
 */
final class SelectedSamples {
  /** Sets the seeds of a selection's draws apart from those of training. */
  private static final long SCORING = "scoring".hashCode();

  private final TrainingPhase phase;
  private final SampleSelection selection;
  private final StreamRequest request;
  private final int drawn;
  private final Dataset all;
  private final long seed;
  private final FetchedValues scores;
  private final List<SelectionState.Round> history = new ArrayList<>();
  private List<Integer> left;

  /**
   * Starts with all samples, and adds the scores to the phase's graph.
   *
   * @param compiled a phase with a selection
   * @param all samples of the stream
   * @param seed of the run
   * @throws IllegalArgumentException if there are fewer than an iteration draws
   */
  SelectedSamples(CompiledPhase compiled, Dataset all, long seed) {
    this.phase = compiled.phase();
    this.selection = phase.selection().orElseThrow();
    this.request = phase.stream(selection.stream());
    this.drawn = compiled.drawn(request);
    this.all = all;
    this.seed = seed;
    this.left = IntStream.range(0, all.size()).boxed().toList();
    this.scores =
        FetchedValues.of(
            compiled.session().context(),
            List.of(selection.score().apply(compiled.session().context())));
    if (over()) {
      throw new IllegalArgumentException(
          "phase '"
              + phase.name()
              + "' selects among the samples of stream '"
              + request.name()
              + "', but "
              + all
              + " has "
              + all.size()
              + " and an iteration draws "
              + drawn
              + ": use more samples, smaller batches, or no selection");
    }
  }

  /** Goes on where a checkpoint stood. */
  void resume(SelectionState state) {
    Map<String, Integer> indices = new HashMap<>();
    IntStream.range(0, all.size()).forEach(i -> indices.put(all.id(i), i));
    var unknown = new TreeSet<>(state.left());
    unknown.removeAll(indices.keySet());
    if (!unknown.isEmpty()) {
      throw new RunFolderException(
          "the checkpoint of phase '"
              + phase.name()
              + "' selects samples that "
              + all
              + " lacks: "
              + String.join(", ", unknown.stream().limit(5).toList())
              + "; train it with the data set that it was begun with");
    }
    left = state.left().stream().map(indices::get).toList();
    history.addAll(state.history());
  }

  /** Returns what a checkpoint holds. */
  SelectionState state() {
    return new SelectionState(
        epoch(),
        left.stream().map(all::id).toList(),
        selection.rule().thresholdAt(epoch()),
        history);
  }

  private int epoch() {
    return history.size();
  }

  /** Returns the request of the stream that is selected. */
  StreamRequest request() {
    return request;
  }

  /** Returns the samples of the current epoch. */
  Dataset samples() {
    return epoch() == 0 ? all : new Subset(all, left);
  }

  /** Returns the seed of the current epoch's order; the first epoch's is the run's. */
  long epochSeed() {
    return epoch() == 0 ? seed : Draws.mix(seed, epoch());
  }

  /**
   * Returns whether the samples left do not fill another iteration.
   *
   * @param position of the stream in the current epoch, in samples
   */
  boolean epochIsOver(long position) {
    return left.size() - position < drawn;
  }

  /** Returns whether too few samples are left for another epoch. */
  boolean over() {
    return left.size() < drawn;
  }

  /** Returns, for a person, why the selection has ended the phase. */
  String ending(SelectionState.Round last) {
    String side = selection.rule().keep() == ScoreRule.Keep.ABOVE ? "above" : "below";
    return String.format(
        Locale.ROOT,
        "ends after epoch %d: %d of %d samples of stream '%s' score %s %.3g (scores from %.3g to"
            + " %.3g), fewer than the %d that an iteration draws%s",
        last.epoch() + 1,
        last.kept(),
        last.scored(),
        request.name(),
        side,
        last.threshold(),
        last.lowestScore(),
        last.highestScore(),
        drawn,
        last.epoch() > 0
            ? ""
            : ". It was the first selection: to train longer, lower the threshold where scores"
                + " above it stay, or raise it where scores below it do");
  }

  /**
   * Scores the samples left and keeps those that the rule keeps.
   *
   * @param datasets of the streams that scores read
   * @param iteration how many are done
   * @throws CancellationException if the user stops it; nothing has changed then
   */
  SelectionState.Round select(
      PhaseSession session,
      Function<StreamRequest, Dataset> datasets,
      int decodingThreads,
      long iteration,
      StopSignal stop)
      throws IOException {
    Map<String, Double> scoreOf = score(session, datasets, decodingThreads, stop);
    ScoreRule rule = selection.rule();
    List<Integer> kept =
        left.stream()
            .filter(
                i -> scoreOf.containsKey(all.id(i)) && rule.keeps(scoreOf.get(all.id(i)), epoch()))
            .toList();
    var statistics = new DoubleSummaryStatistics();
    scoreOf.values().forEach(statistics::accept);
    var round =
        new SelectionState.Round(
            epoch(),
            iteration,
            rule.thresholdAt(epoch()),
            scoreOf.size(),
            kept.size(),
            statistics.getMin(),
            statistics.getAverage(),
            statistics.getMax());
    left = kept;
    history.add(round);
    return round;
  }

  private Map<String, Double> score(
      PhaseSession session,
      Function<StreamRequest, Dataset> datasets,
      int decodingThreads,
      StopSignal stop)
      throws IOException {
    int count = selection.scored(left.size(), request.batch());
    long passSeed = Draws.mix(seed ^ SCORING, epoch());
    List<String> names = new ArrayList<>(List.of(request.name()));
    names.addAll(selection.companions());
    Map<String, Double> scoreOf = new LinkedHashMap<>();
    try (var streams = new PhaseStreams(session.context(), decodingThreads)) {
      for (String name : names) {
        StreamRequest stream = phase.stream(name);
        Dataset dataset = name.equals(request.name()) ? samples() : datasets.apply(stream);
        streams.open(stream, dataset, passSeed, count, 0, CacheFolder.path());
      }
      for (int scored = 0; scored < count; scored += request.batch()) {
        if (stop.requested()) {
          throw new CancellationException();
        }
        try (var feeds = streams.draw(names)) {
          feeds.put(session.context().seedFeed(), TInt64.vectorOf(passSeed, scored));
          List<String> ids = feeds.ids(request.name());
          float[] values = run(session, feeds);
          // The last batch is filled up from the beginning of another order.
          for (int n = 0; n < ids.size() && scored + n < count; n++) {
            scoreOf.put(ids.get(n), (double) values[n]);
          }
        }
      }
    }
    return scoreOf;
  }

  private float[] run(PhaseSession session, PhaseStreams.Feeds feeds) {
    try (var result = scores.run(session.session(), feeds.tensors())) {
      float[] values = new float[request.batch()];
      ((TFloat32) result.get(0)).asRawTensor().data().asFloats().read(values);
      return values;
    }
  }
}
