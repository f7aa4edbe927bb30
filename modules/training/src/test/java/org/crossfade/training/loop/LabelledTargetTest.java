package org.crossfade.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.core.options.Hocon;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.TinyRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Few target images have labels that training may read. */
class LabelledTargetTest {
  private static final String ONE_IN_TWO = "task.target-labels.one-in = 2";
  private static final String SEED = "crossfade.task.target-labels.seed";

  @TempDir Path folder;

  @Test
  void groundTruthOfTheTargetIsReadOfTheChosenImagesAlone() {
    Experiment experiment = TinyRuns.experiment(ONE_IN_TWO);

    assertThat(experiment.dataset(stream(Domain.TARGET, Labels.GROUND_TRUTH)).size()).isEqualTo(2);
    assertThat(experiment.dataset(stream(Domain.TARGET, Labels.NONE)).size()).isEqualTo(4);
    assertThat(experiment.dataset(stream(Domain.TARGET, Labels.of("pass"))).size()).isEqualTo(4);
    assertThat(experiment.dataset(stream(Domain.SOURCE, Labels.GROUND_TRUTH)).size()).isEqualTo(5);
  }

  /** Joint training on the images of both domains together. */
  @Test
  void aStreamMayDrawTheSourceAndTheChosenImagesTogether() {
    Experiment experiment = TinyRuns.experiment(ONE_IN_TWO);
    var together =
        new StreamRequest(
            "any",
            Domain.SOURCE,
            1,
            List.of(new SampleTransform.Resize(8, 8)),
            Sampling.SHUFFLED_WITH_TARGET,
            Labels.GROUND_TRUTH);

    Dataset both = experiment.dataset(together);

    assertThat(both.size()).isEqualTo(5 + 2);
    assertThat(both.id(5)).isEqualTo(experiment.data().labelledTarget().id(0));
    assertThatThrownBy(
            () ->
                new StreamRequest(
                    "any",
                    Domain.TARGET,
                    1,
                    together.transforms(),
                    Sampling.SHUFFLED_WITH_TARGET,
                    Labels.GROUND_TRUTH))
        .hasMessageContaining("is that of labelled source images");
  }

  @Test
  void theRunSaysWhichImagesThoseWere() throws IOException {
    Experiment experiment = TinyRuns.experiment(ONE_IN_TWO);

    new TrainingRun(experiment, folder, Optional.empty()).train(List.of("test"));

    assertThat(Files.readAllLines(folder.resolve("labelled-target.txt")))
        .hasSize(3)
        .contains(
            experiment.data().labelledTarget().id(0), experiment.data().labelledTarget().id(1))
        .first()
        .asString()
        .contains(experiment.data().labelledTarget().fingerprint());
  }

  /** Over the seeds of a series, chance decides which images have labels, too. */
  @Test
  void eachSeedDrawsItsOwnLabelledImagesUnlessOneSeedIsGiven() throws IOException {
    var own = new HashSet<List<String>>();
    var same = new HashSet<List<String>>();
    for (int seed = 0; seed < 5; seed++) {
      String of = "run.seed = " + seed;
      own.add(labelled(TinyRuns.experiment(ONE_IN_TWO, of)));
      same.add(labelled(TinyRuns.experiment(ONE_IN_TWO, of, "task.target-labels.seed = 0")));
    }

    assertThat(own).hasSizeGreaterThan(1);
    assertThat(same).containsExactly(labelled(TinyRuns.experiment(ONE_IN_TWO)));

    Experiment experiment = TinyRuns.experiment(ONE_IN_TWO, "run.seed = 3");
    new TrainingRun(experiment, folder, Optional.empty()).train(List.of("test"));
    assertThat(Hocon.file(folder.resolve("config.conf")).getLong(SEED)).isEqualTo(3);
  }

  private static List<String> labelled(Experiment experiment) {
    Dataset chosen = experiment.data().labelledTarget();
    return IntStream.range(0, chosen.size()).mapToObj(chosen::id).sorted().toList();
  }

  @Test
  void shotsThatTheDataDoNotHaveEndTheRunBeforeItStarts() {
    assertThatThrownBy(() -> TinyRuns.experiment("task.target-labels.shots-per-city = 1"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it has 4 cities");
  }

  @Test
  void aListOfGeneratedImagesIsRefusedWhenOptionsAreRead() {
    assertThatThrownBy(() -> TinyRuns.experiment("task.target-labels.list = few.txt"))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("no files that 'few.txt' could list");
  }

  private static StreamRequest stream(Domain domain, Labels labels) {
    return new StreamRequest(
        "any", domain, 1, List.of(new SampleTransform.Resize(8, 8)), Sampling.SHUFFLED, labels);
  }
}
