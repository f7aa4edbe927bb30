package org.crossfade.training.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.loop.TrainingRun;
import org.crossfade.training.options.DecisiveOptions;
import org.crossfade.training.options.DeviceOptions;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.run.RunFolderException;
import org.crossfade.training.session.NativePrecision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The precision of a run is resolved once, recorded, and decides what the run computes. */
class PrecisionOptionTest {
  private static ExperimentLoader loader(String... settings) {
    return new ExperimentLoader(
        new OptionSources("tiny", false, List.of(), TinyRuns.settings(settings)));
  }

  @Test
  void theDefaultIsFloat32() {
    assertThat(loader().run().precision()).isEqualTo(Precision.FLOAT32);
  }

  @Test
  void autoIsResolvedForThisMachineBeforeAnythingReadsIt() {
    ExperimentLoader auto = loader("run.precision = auto");
    String fastest = NativePrecision.of(DeviceOptions.AUTO).fastest().key();

    assertThat(auto.run().precision()).isEqualTo(NativePrecision.of(DeviceOptions.AUTO).fastest());
    assertThat(ConfigFactory.parseString(auto.render()).getString("crossfade.run.precision"))
        .isEqualTo(fastest);
    assertThat(auto.render()).isEqualTo(loader("run.precision = " + fastest).render());
  }

  @Test
  void anUnknownPrecisionIsRefusedWithTheNames() {
    assertThatThrownBy(() -> loader("run.precision = float8"))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(
            "must be one of float32, mixed-bfloat16, mixed-float16, emulated-bfloat16,"
                + " emulated-float16, auto");
  }

  /** Records from before there was a choice lack the key, and their checkpoints its hash. */
  @Test
  void recordsFromBeforeThereWasAChoiceAreOfFloat32() {
    Config now = new OptionSources("tiny", false, List.of(), TinyRuns.settings()).resolve();
    var before = new DecisiveOptions(now.withoutPath("run.precision"), "tiny");

    assertThat(new DecisiveOptions(now, "tiny").hash("")).isEqualTo(before.hash(""));
    assertThat(new DecisiveOptions(now, "tiny").differencesFrom(before)).isEmpty();
  }

  @Test
  void aRunRecordsItsPrecisionAndIsNotResumedInAnother(@TempDir Path folder) throws IOException {
    String[] half = {"run.precision = emulated-bfloat16", "tiny.target-iterations = 0"};
    run(folder, half).train(List.of("train"));

    var run = new RunDirectory(folder);
    assertThat(run.config()).content().contains("precision=emulated-bfloat16");
    assertThat(run.provenance()).content().contains("\"precision\" : \"emulated-bfloat16\"");
    assertThat(RunResults.read(run.results()).orElseThrow().precisionKey())
        .isEqualTo("emulated-bfloat16");
    TrainingRun other = run(folder, "tiny.target-iterations = 0");
    assertThatThrownBy(() -> other.train(List.of("train")))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("run.precision was \"emulated-bfloat16\" and is now \"float32\"");
  }

  @Test
  void whatTheMachineLacksIsRefusedBeforeTheFolderIsMade(@TempDir Path folder) {
    Path runFolder = folder.resolve("run");
    TrainingRun run = run(runFolder, "run.precision = mixed-float16");

    assertThatThrownBy(run::checkData)
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("float16 needs a GPU");
    assertThatThrownBy(() -> run.train(List.of("train")))
        .isInstanceOf(InvalidOptionsException.class);
    assertThat(runFolder).doesNotExist();
  }

  private static TrainingRun run(Path folder, String... settings) {
    Experiment experiment = TinyRuns.experiment(settings);
    return new TrainingRun(experiment, folder, Optional.empty());
  }
}
