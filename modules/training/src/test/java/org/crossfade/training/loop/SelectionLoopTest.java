package org.crossfade.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crossfade.training.TinyMethod;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.run.SealedState;
import org.crossfade.training.run.SelectionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A phase that goes on while its selection is not empty. The source has five images. */
class SelectionLoopTest {
  @TempDir Path folder;

  /** Hears selections. */
  private static final class Rounds implements TrainingListener {
    private final List<SelectionState.Round> all = new ArrayList<>();

    @Override
    public void selected(String phase, SelectionState.Round round) {
      assertThat(phase).isEqualTo(TinyMethod.SOURCE);
      all.add(round);
    }
  }

  @Test
  void anEpochDrawsWholeBatchesOnlyAndARemainderIsLostWhereLoadersDropIt() throws IOException {
    var rounds = new Rounds();

    TinyRuns.train(experiment(2, 7, "above", -1, true), folder, rounds);

    // Two batches of two; the fifth image has no score. Iteration 6 ends two epochs of the four.
    assertThat(rounds.all).extracting(SelectionState.Round::iteration).containsExactly(2L, 4L, 6L);
    assertThat(rounds.all).extracting(SelectionState.Round::scored).containsExactly(4, 4, 4);
    assertThat(rounds.all).extracting(SelectionState.Round::kept).containsExactly(4, 4, 4);
    assertThat(end().iteration()).isEqualTo(7);
  }

  @Test
  void withoutDroppingEveryImageIsScored() throws IOException {
    var rounds = new Rounds();

    TinyRuns.train(experiment(2, 5, "above", -1, false), folder, rounds);

    assertThat(rounds.all).extracting(SelectionState.Round::scored).containsExactly(5, 5);
    assertThat(rounds.all).extracting(SelectionState.Round::epoch).containsExactly(0, 1);
    assertThat(rounds.all)
        .extracting(SelectionState.Round::threshold)
        .containsExactly(-1.0, -1 + 0.25);
  }

  @Test
  void aSelectionThatEmptiesInTheFirstEpochEndsThePhase() throws IOException {
    var rounds = new Rounds();

    TinyRuns.train(experiment(2, 50, "above", 2, true), folder, rounds);

    assertThat(rounds.all).hasSize(1);
    assertThat(rounds.all.get(0).kept()).isZero();
    assertThat(end().iteration()).isEqualTo(2);
    assertThat(end().place().finished()).isTrue();
    var results = RunResults.read(new RunDirectory(folder).results()).orElseThrow();
    assertThat(results.phases().get(TinyMethod.SOURCE).iterations()).isEqualTo(2);
    assertThat(results.phases()).containsKey(TinyMethod.TARGET);
  }

  @Test
  void onlyWhatIsKeptIsDrawnAgain() throws IOException {
    var rounds = new Rounds();
    TinyRuns.train(experiment(1, 50, "above", -1, true), folder.resolve("all"), rounds);
    double middle = rounds.all.get(0).meanScore();
    var again = new Rounds();

    TinyRuns.train(experiment(1, 50, "above", middle, true), folder.resolve("some"), again);

    SelectionState.Round first = again.all.get(0);
    assertThat(first.scored()).isEqualTo(5);
    assertThat(first.kept()).isBetween(1, 4);
    SelectionState.Round second = again.all.get(1);
    assertThat(second.iteration()).isEqualTo(5 + first.kept());
    assertThat(second.scored()).isEqualTo(first.kept());
  }

  @Test
  void aCheckpointHoldsWhatIsLeftTheThresholdAndTheHistory() throws IOException {
    Experiment experiment = experiment(1, 20, "above", -1, true);

    assertThatThrownBy(() -> TinyRuns.trainUntil(experiment, folder, TinyMethod.SOURCE, 7))
        .isInstanceOf(StoppedException.class);

    Path checkpoint = new RunDirectory(folder).checkpoints(TinyMethod.SOURCE).get(0);
    LoopState state = Checkpoint.state(checkpoint);
    SelectionState selection = state.selection().orElseThrow();
    assertThat(selection.epoch()).isEqualTo(1);
    assertThat(selection.threshold()).isEqualTo(-0.75);
    assertThat(selection.left()).hasSize(5);
    assertThat(selection.history()).hasSize(1);
    assertThat(state.streams()).containsEntry(TinyMethod.SOURCE, 2L);
  }

  /** The selection that ends an epoch comes before the record of its last iteration. */
  @Test
  void aSelectionThatIsStoppedLosesNoRecord() throws IOException {
    Experiment experiment =
        TinyRuns.experiment(
            settings(1, 7, "above", -1, true, "run.log-every = 1", "tiny.target-iterations = 0")
                .toArray(new String[0]));
    Path whole = folder.resolve("whole");
    Path resumed = folder.resolve("resumed");
    TinyRuns.train(experiment, whole);

    assertThatThrownBy(() -> TinyRuns.trainUntil(experiment, resumed, TinyMethod.SOURCE, 5))
        .isInstanceOf(StoppedException.class);
    TinyRuns.train(experiment, resumed);

    assertThat(TinyRuns.metrics(resumed)).isEqualTo(TinyRuns.metrics(whole));
  }

  /** In the middle of an epoch, at its end before the selection, and right behind it. */
  @ParameterizedTest
  @ValueSource(longs = {3, 5, 6, 9})
  void stoppedAndResumedEqualsUninterrupted(long iteration) throws IOException {
    var rounds = new Rounds();
    TinyRuns.train(experiment(1, 12, "above", -1, true), folder.resolve("scores"), rounds);
    double threshold = rounds.all.get(0).meanScore();
    Experiment experiment = experiment(1, 12, "above", threshold, true);
    Path whole = folder.resolve("whole");
    Path resumed = folder.resolve("resumed");
    TinyRuns.train(experiment, whole);
    long end = Checkpoint.state(new RunDirectory(whole).phase(TinyMethod.SOURCE)).iteration();

    if (iteration < end) {
      assertThatThrownBy(
              () -> TinyRuns.trainUntil(experiment, resumed, TinyMethod.SOURCE, iteration))
          .isInstanceOf(StoppedException.class);
    }
    TinyRuns.train(experiment, resumed);

    assertThat(iteration == 9 || iteration < end).as("the stop lies inside the phase").isTrue();
    for (String phase : List.of(TinyMethod.SOURCE, TinyMethod.TARGET)) {
      assertThat(TinyRuns.end(resumed, phase)).as(phase).isEqualTo(TinyRuns.end(whole, phase));
    }
    assertThat(TinyRuns.metrics(resumed)).isEqualTo(TinyRuns.metrics(whole));
    assertThat(selection(resumed)).isEqualTo(selection(whole));
  }

  @Test
  void aPhaseFromTheCacheEndsWhereItsSelectionEndedIt() throws IOException {
    Experiment experiment = experiment(2, 50, "above", 2, true);
    Optional<Path> cache = Optional.of(folder.resolve("cache"));
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    TinyRuns.train(experiment, first, cache, new StopSignal());
    TinyRuns.train(experiment, second, cache, new StopSignal());

    var results = RunResults.read(new RunDirectory(second).results()).orElseThrow();
    assertThat(results.phases().get(TinyMethod.SOURCE).reused()).isTrue();
    assertThat(results.phases().get(TinyMethod.SOURCE).iterations()).isEqualTo(2);
    assertThat(selection(second)).isEqualTo(selection(first));
    assertThat(TinyRuns.end(second, TinyMethod.TARGET))
        .isEqualTo(TinyRuns.end(first, TinyMethod.TARGET));
  }

  @Test
  void ratesOfAPhaseThatContinuesCountFromTheEndOfTheOther() throws IOException {
    Experiment experiment =
        TinyRuns.experiment(
            settings(2, 50, "above", 2, true, "tiny.target-continues = true")
                .toArray(new String[0]));
    var rates = new ArrayList<Double>();

    TinyRuns.train(
        experiment,
        folder,
        new TrainingListener() {
          @Override
          public void progressed(Progress progress) {
            if (progress.phase().equals(TinyMethod.TARGET)) {
              rates.add(progress.rates().get("classifier"));
            }
          }
        });

    // The source phase ended after 2 iterations; lines come after iterations 2 and 4 of the target.
    assertThat(rates).containsExactly(0.01 * (1 - 3 / 100.0), 0.01 * (1 - 5 / 100.0));
  }

  @Test
  void moreSamplesThanThereAreCannotBeDrawn() {
    Experiment experiment = experiment(6, 4, "above", 0, true);

    assertThatThrownBy(() -> TinyRuns.train(experiment, folder))
        .hasMessageContaining("stream 'source'")
        .hasMessageContaining("an iteration draws 6")
        .hasMessageContaining("use more samples");
  }

  @Test
  void aCheckpointOfOtherSamplesIsRefused() throws IOException {
    Experiment experiment = experiment(1, 20, "above", -1, true);
    assertThatThrownBy(() -> TinyRuns.trainUntil(experiment, folder, TinyMethod.SOURCE, 7))
        .isInstanceOf(StoppedException.class);
    Path checkpoint = new RunDirectory(folder).checkpoints(TinyMethod.SOURCE).get(0);
    String id = Checkpoint.state(checkpoint).selection().orElseThrow().left().get(0);
    SealedState.change(checkpoint, text -> text.replace(id, "stranger"));

    assertThatThrownBy(() -> TinyRuns.train(experiment, folder))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("stranger")
        .hasMessageContaining("lacks");
  }

  private LoopState end() {
    return Checkpoint.state(new RunDirectory(folder).phase(TinyMethod.SOURCE));
  }

  private static SelectionState selection(Path run) {
    return Checkpoint.state(new RunDirectory(run).phase(TinyMethod.SOURCE))
        .selection()
        .orElseThrow();
  }

  private static Experiment experiment(
      int batch, int iterations, String keep, double threshold, boolean dropRemainder) {
    return TinyRuns.experiment(
        settings(batch, iterations, keep, threshold, dropRemainder).toArray(new String[0]));
  }

  private static List<String> settings(
      int batch,
      int iterations,
      String keep,
      double threshold,
      boolean dropRemainder,
      String... more) {
    var settings = new ArrayList<String>(List.of(more));
    settings.addAll(
        List.of(
            "tiny.source.stream.batch = " + batch,
            "tiny.source.iterations = " + iterations,
            "tiny.source.decay.horizon = " + Math.max(10, iterations),
            "tiny.source.stream.sampling = shuffled",
            "run.checkpoint-every = 4",
            "tiny.selection { rule { keep = %s, threshold = %s, growth = add, amount = 0.25 }, drop-remainder = %s }"
                .formatted(keep, threshold, dropRemainder)));
    return settings;
  }
}
