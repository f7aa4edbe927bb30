package org.crossfade.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.crossfade.training.TinyMethod;
import org.crossfade.training.TinyRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The law of {@link ResumeTest} for a real network, whose graph takes seconds to start. */
class DeepLabResumeIT {
  @Test
  void deepLabWithBatchStatisticsResumesExactly(@TempDir Path whole, @TempDir Path folder)
      throws IOException {
    Experiment experiment =
        TinyRuns.experiment("tiny.net = deeplab", "tiny.source.batch-norm = trained");
    TinyRuns.train(experiment, whole);

    assertThatThrownBy(() -> TinyRuns.trainUntil(experiment, folder, TinyMethod.SOURCE, 3))
        .isInstanceOf(StoppedException.class);
    assertThatThrownBy(() -> TinyRuns.trainUntil(experiment, folder, TinyMethod.TARGET, 2))
        .isInstanceOf(StoppedException.class);
    TinyRuns.train(experiment, folder);

    assertThat(TinyRuns.end(folder, TinyMethod.SOURCE))
        .isEqualTo(TinyRuns.end(whole, TinyMethod.SOURCE));
    assertThat(TinyRuns.end(folder, TinyMethod.TARGET))
        .isEqualTo(TinyRuns.end(whole, TinyMethod.TARGET));
    assertThat(TinyRuns.metrics(folder)).isEqualTo(TinyRuns.metrics(whole));
  }
}
