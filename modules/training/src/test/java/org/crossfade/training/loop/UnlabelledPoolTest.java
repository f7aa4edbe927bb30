package org.crossfade.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.Margins;
import org.crossfade.core.data.SampleTransform;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.StreamRequest.Labels;
import org.crossfade.core.method.StreamRequest.Sampling;
import org.crossfade.training.TinyRuns;
import org.junit.jupiter.api.Test;

/** Target images whose labels training does not read, and where they are trusted. */
class UnlabelledPoolTest {
  private static final Margins RIM = new Margins(1, 2, 3, 0);

  @Test
  void theRestIsEveryImageButTheLabelledOnes() {
    Experiment experiment = TinyRuns.experiment("task.target-labels.one-in = 2");
    Dataset rest = experiment.dataset(stream(/* restOnly= */ true));

    assertThat(rest.size()).isEqualTo(2);
    for (int i = 0; i < rest.size(); i++) {
      for (int j = 0; j < experiment.data().labelledTarget().size(); j++) {
        assertThat(rest.id(i)).isNotEqualTo(experiment.data().labelledTarget().id(j));
      }
    }
    assertThat(experiment.dataset(stream(/* restOnly= */ false)).size()).isEqualTo(4);
  }

  @Test
  void nothingLeftIsAnErrorThatSaysWhatToDo() {
    Experiment experiment = TinyRuns.experiment();

    assertThatThrownBy(() -> experiment.dataset(stream(/* restOnly= */ true)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("target-labels");
  }

  @Test
  void marginsStandInForLabels() {
    Dataset trusted = StreamDataset.trusted(TinyRuns.experiment().data().target(), RIM);
    LabelMap map = trusted.read(0).labels().orElseThrow();
    for (int y = 0; y < map.height(); y++) {
      for (int x = 0; x < map.width(); x++) {
        boolean inside = y >= 1 && y < map.height() - 2 && x >= 3;
        assertThat(map.at(y, x)).isEqualTo(inside ? 0 : 255);
      }
    }
    assertThat(trusted.labelled()).isFalse();
  }

  @Test
  void streamsCarryOneKindOfLabels() {
    assertThatThrownBy(() -> new Labels(true, Optional.empty(), Optional.of(RIM), false))
        .hasMessageContaining("margins");
  }

  private static StreamRequest stream(boolean restOnly) {
    return new StreamRequest(
        "any",
        Domain.TARGET,
        1,
        List.of(new SampleTransform.Resize(8, 8)),
        Sampling.WITH_REPLACEMENT,
        Labels.trusted(RIM, restOnly));
  }
}
