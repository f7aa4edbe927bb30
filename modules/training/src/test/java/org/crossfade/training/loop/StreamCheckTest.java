package org.crossfade.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.RareClasses;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.datasets.DataRoots;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.session.WeightFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a phase can't draw is said before the first phase trains. */
class StreamCheckTest {
  @TempDir Path folder;

  private TrainingRun run(String kind, String... more) {
    var settings = new ArrayList<>(TinyRuns.settings(more));
    settings.removeIf(setting -> setting.contains("task.source = "));
    settings.add("task.source = { kind = " + kind + ", alias = x }");
    var roots = DataRoots.parse(List.of("x=" + folder.resolve("x")), Map.of());
    return new TrainingRun(
        new ExperimentLoader(new OptionSources("tiny", false, List.of(), settings))
            .experiment(roots, WeightFiles.NONE),
        folder.resolve("run"),
        Optional.empty());
  }

  private void sample(int labelWidth, int id) {
    TinyFolders.image(folder.resolve("x/images/a.png"), 64, 32);
    TinyFolders.labels(folder.resolve("x/labels/a.png"), labelWidth, 32, x -> id);
  }

  @Test
  void classesThatNoImageHasEndARunBeforeAnyWork() {
    sample(64, 255);
    assertThatThrownBy(() -> run("folder, split = all").checkData())
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("phase 'source', stream 'source'", "no image holds a pixel");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void rareClassesThatNoImageHasEnoughOfEndARunBeforeAnyWork() {
    var stream =
        new StreamRequest(
            "crops",
            Domain.SOURCE,
            1,
            List.of(new SampleTransform.RandomCrop(32, 32)),
            Sampling.RARE_CLASSES,
            Labels.GROUND_TRUTH,
            Optional.of(new RareClasses(0.01, 1_000_000, 1, 10)));
    try (var pool = new DecodingPool(1)) {
      var check = new StreamCheck(TinyRuns.experiment(), pool);
      assertThatThrownBy(() -> check.require("adaptation", stream))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "phase 'adaptation', stream 'crops'", "1000000 pixels", "rare-classes.min-pixels");
    }
  }

  @Test
  void cropsOfImagesWhoseLabelMapsDifferEndARunBeforeAnyWork() throws Exception {
    sample(60, 7);
    assertThatThrownBy(() -> run("gta5, split = train").checkData())
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("phase 'source'", "a.png is 60x32", "image 64x32", "no crop");
    run("gta5, split = train", "tiny.source.stream.random-scale = null").checkData();
  }
}
