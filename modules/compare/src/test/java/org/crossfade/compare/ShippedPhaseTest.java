package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.datasets.DataRoots;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.loop.TrainingListener;
import org.crossfade.training.loop.TrainingRun;
import org.crossfade.training.session.WeightFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The source phase that comes with the program is the one that the demo's options train: it is
 * found by the hash of graph, data, rates, seed and format. Where this fails, {@code
 * tools/streets/ship} trains it anew.
 */
class ShippedPhaseTest {
  @Test
  void theDemoStartsFromTheShippedSourcePhase(@TempDir Path folder) throws IOException {
    var loader =
        new ExperimentLoader(
            new OptionSources("source-only", true, List.of(), List.of("run.evaluate-every = 0")));
    var run =
        new TrainingRun(
            loader.experiment(DataRoots.parse(List.of(), Map.of()), WeightFiles.NONE),
            folder.resolve("run"),
            Optional.of(folder.resolve("phases")));
    // Ends the run where it would train.
    run.train(
        List.of("test"),
        new TrainingListener() {
          @Override
          public void phaseStarted(String phase, long from, long to, String summary) {
            throw new AssertionError("phase " + phase + " is not shipped: run tools/streets/ship");
          }
        });

    RunResults results = RunResults.read(run.directory().results()).orElseThrow();
    assertThat(results.phases()).containsOnlyKeys("source");
    assertThat(results.phases().get("source").reused()).isTrue();
    assertThat(results.phases().get("source").evaluation().miou()).isBetween(0.15, 0.25);
  }
}
