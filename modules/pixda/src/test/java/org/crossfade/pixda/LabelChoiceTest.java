package org.crossfade.pixda;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.datasets.DataRoots;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.session.WeightFiles;
import org.junit.jupiter.api.Test;

/** Which target images are labelled is the user's to say. */
class LabelChoiceTest {
  @Test
  void trainingWithoutAChoiceOfShotsIsRefusedAndNamesTheOption() {
    var loader = new ExperimentLoader(new OptionSources("pixda", false, List.of(), List.of()));

    assertThatThrownBy(
            () -> loader.experiment(DataRoots.parse(List.of(), Map.of()), WeightFiles.NONE))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("task.target-labels.shots-per-city=1");
  }
}
