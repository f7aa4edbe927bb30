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
import org.crossfade.training.evaluation.EvaluationResult;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.RunDirectory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that was cut off and resumed is, bit for bit on one thread, the run that was not. */
class ResumeTest {
  @TempDir static Path whole;
  @TempDir Path folder;

  private static final String[] OPTIONS = {"run.evaluate-every = 4", "run.checkpoint-every = 2"};

  @BeforeAll
  static void trainWithoutAStop() throws IOException {
    TinyRuns.train(TinyRuns.experiment(OPTIONS), whole);
  }

  /** Iteration 3 lies between two lines of metrics: their means need what came before the stop. */
  @ParameterizedTest
  @CsvSource({"source, 1", "source, 3", "source, 6", "pseudo-labels, 2", "target, 1", "target, 4"})
  void stoppedAndResumedEqualsUninterrupted(String phase, long iteration) throws IOException {
    Experiment experiment = TinyRuns.experiment(OPTIONS);

    assertThatThrownBy(() -> TinyRuns.trainUntil(experiment, folder, phase, iteration))
        .isInstanceOf(StoppedException.class)
        .hasMessageContaining("'" + phase + "'")
        .hasMessageContaining("same command");
    TinyRuns.train(experiment, folder);

    assertSameRun(folder, whole);
  }

  /** In float16 the scale of the loss is part of the state. */
  @ParameterizedTest
  @ValueSource(strings = {"emulated-bfloat16", "emulated-float16"})
  void aRunInHalfPrecisionResumesToTheBitToo(String precision, @TempDir Path other)
      throws IOException {
    Experiment experiment =
        TinyRuns.experiment("run.precision = " + precision, "run.checkpoint-every = 2");
    TinyRuns.train(experiment, other);

    assertThatThrownBy(() -> TinyRuns.trainUntil(experiment, folder, TinyMethod.TARGET, 1))
        .isInstanceOf(StoppedException.class);
    TinyRuns.train(experiment, folder);

    assertSameRun(folder, other);
    assertThat(TinyRuns.end(folder, TinyMethod.SOURCE))
        .isNotEqualTo(TinyRuns.end(whole, TinyMethod.SOURCE));
  }

  @Test
  void whatWasLoggedAfterTheLastCheckpointOfACrashedRunIsNotThereTwice() throws IOException {
    Experiment experiment = TinyRuns.experiment(OPTIONS);

    assertThatThrownBy(() -> TinyRuns.train(experiment, folder, crashAt(TinyMethod.TARGET, 3)))
        .hasMessage("crash");
    TinyRuns.train(experiment, folder);

    assertSameRun(folder, whole);
  }

  @Test
  void anotherSeedGivesOtherWeights() throws IOException {
    TinyRuns.train(TinyRuns.experiment("run.seed = 1", "tiny.target-iterations = 0"), folder);

    assertThat(TinyRuns.end(folder, TinyMethod.SOURCE))
        .isNotEqualTo(TinyRuns.end(whole, TinyMethod.SOURCE));
  }

  @Test
  void finishedPhasesAreSkippedAndNothingChanges() throws IOException {
    Experiment experiment = TinyRuns.experiment();
    TinyRuns.train(experiment, folder);
    List<String> metrics = TinyRuns.metrics(folder);
    byte[] end = TinyRuns.end(folder, TinyMethod.TARGET);
    var skipped = new ArrayList<String>();

    TinyRuns.train(
        experiment,
        folder,
        new TrainingListener() {
          @Override
          public void phaseFinished(String phase, boolean resumed) {
            if (resumed) {
              skipped.add(phase);
            }
          }
        });

    assertThat(skipped)
        .containsExactly(TinyMethod.SOURCE, TinyMethod.PSEUDO_LABELS, TinyMethod.TARGET);
    assertThat(TinyRuns.metrics(folder)).isEqualTo(metrics);
    assertThat(TinyRuns.end(folder, TinyMethod.TARGET)).isEqualTo(end);
  }

  /** A stop in an evaluation must not wait for its end, nor lose it. */
  @Test
  void anEvaluationThatWasCutOffIsMadeAfterTheResume() throws IOException {
    Experiment experiment = TinyRuns.experiment(OPTIONS);
    var stop = new StopSignal();

    // The signal comes before the evaluation after iteration 4, whose first image it cuts off.
    assertThatThrownBy(
            () ->
                TinyRuns.train(
                    experiment,
                    folder,
                    Optional.empty(),
                    stop,
                    new TrainingListener() {
                      @Override
                      public void progressed(Progress progress) {
                        if (progress.iteration() == 4) {
                          stop.request();
                        }
                      }
                    }))
        .isInstanceOf(StoppedException.class);
    assertThat(TinyRuns.metrics(folder)).noneMatch(line -> line.contains("evaluation"));
    TinyRuns.train(experiment, folder);

    assertSameRun(folder, whole);
  }

  @Test
  void bestOnValidationKeepsTheBestWeightsOverAResume(@TempDir Path other) throws IOException {
    Experiment experiment =
        TinyRuns.experiment(
            "run.selection = best-on-validation",
            "run.evaluate-every = 1",
            "run.checkpoint-every = 2",
            "tiny.source.segmenter.rate = 0.1",
            "tiny.target-iterations = 0");
    var scores = new ArrayList<EvaluationResult>();
    TinyRuns.train(
        experiment,
        folder,
        new TrainingListener() {
          @Override
          public void evaluated(EvaluationResult result) {
            scores.add(result);
          }
        });
    EvaluationResult best = scores.get(0);
    for (EvaluationResult score : scores) {
      best = score.miou() > best.miou() ? score : best;
    }
    assertThat(scores).hasSize(6);
    assertThat(best.iteration())
        .as("a test of selection needs a best that is not last")
        .isLessThan(6);

    EvaluationResult kept =
        RunResults.read(new RunDirectory(folder).results())
            .orElseThrow()
            .last()
            .orElseThrow()
            .evaluation();
    assertThat(kept.iteration()).isEqualTo(best.iteration());
    assertThat(kept.confusion()).isEqualTo(best.confusion());

    assertThatThrownBy(() -> TinyRuns.train(experiment, other, crashAt(TinyMethod.SOURCE, 5)))
        .hasMessage("crash");
    TinyRuns.train(experiment, other);
    assertSameRun(other, folder, TinyMethod.SOURCE);
  }

  @Test
  void aPhaseIsEvaluatedAsOftenAsItsOwnTestSays() throws IOException {
    var evaluated = new ArrayList<String>();
    TinyRuns.train(
        TinyRuns.experiment(
            "run.evaluate-every = 2",
            "tiny.source.iterations = 3",
            "tiny.source.test.evaluate-every = 1",
            "tiny.target-iterations = 1"),
        folder,
        new TrainingListener() {
          @Override
          public void evaluated(EvaluationResult result) {
            evaluated.add(result.phase() + " " + result.iteration());
          }
        });

    assertThat(evaluated).containsExactly("source 1", "source 2", "source 3", "target 1");
  }

  @Test
  void keepCheckpointsPrunesTheOldest() throws IOException {
    Experiment experiment =
        TinyRuns.experiment("run.checkpoint-every = 1", "run.keep-checkpoints = 2");

    assertThatThrownBy(() -> TinyRuns.train(experiment, folder, crashAt(TinyMethod.SOURCE, 6)))
        .hasMessage("crash");

    assertThat(new RunDirectory(folder).checkpoints(TinyMethod.SOURCE))
        .extracting(path -> Checkpoint.state(path).iteration())
        .containsExactly(5L, 4L);
  }

  private static TrainingListener crashAt(String crashPhase, long crashIteration) {
    return new TrainingListener() {
      @Override
      public void iterated(String phase, long iteration, long iterations) {
        if (phase.equals(crashPhase) && iteration == crashIteration) {
          throw new IllegalStateException("crash");
        }
      }
    };
  }

  private static void assertSameRun(Path resumed, Path uninterrupted) throws IOException {
    assertSameRun(resumed, uninterrupted, TinyMethod.SOURCE, TinyMethod.TARGET);
    var here = new RunDirectory(resumed);
    var there = new RunDirectory(uninterrupted);
    assertThat(here.artefactRecord(TinyMethod.PSEUDO_LABELS))
        .hasSameTextualContentAs(there.artefactRecord(TinyMethod.PSEUDO_LABELS));
  }

  private static void assertSameRun(Path resumed, Path uninterrupted, String... phases)
      throws IOException {
    for (String phase : phases) {
      assertThat(TinyRuns.end(resumed, phase))
          .as("variables at the end of %s", phase)
          .isEqualTo(TinyRuns.end(uninterrupted, phase));
    }
    assertThat(TinyRuns.metrics(resumed)).isEqualTo(TinyRuns.metrics(uninterrupted));
  }
}
