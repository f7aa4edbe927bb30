package org.crossfade.tables.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.crossfade.core.method.Phase;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.junit.jupiter.api.Test;

/** Costs, counted by hand: images of 1000x500 are half a megapixel. */
class RowCostTest {
  @Test
  void oneStreamCostsItsImages() {
    // 9,000 · 100 · 0.5 megapixels · 0.8 s = 360,000 s.
    assertThat(RowCost.of(phases("tiny.target-iterations=0")))
        .isEqualTo(new RowCost(9_000, 900_000, 100));
  }

  @Test
  void phasesAddUpAndPassesCostNothing() {
    // 1,000 · 100 · 0.5 megapixels · 0.8 s = 40,000 s more, or 11.11 hours.
    assertThat(RowCost.of(phases("tiny.target-iterations=1000")))
        .isEqualTo(new RowCost(10_000, 1_000_000, 111.1));
  }

  private static List<Phase> phases(String setting) {
    var settings =
        new ArrayList<>(
            List.of(
                "tiny.source.iterations=9000",
                "tiny.source.decay.horizon=9000",
                "tiny.source.stream.batch=100",
                "tiny.source.stream.width=1000",
                "tiny.source.stream.height=500"));
    settings.add(setting);
    return new ExperimentLoader(new OptionSources("tiny", false, List.of(), settings))
        .method()
        .phases();
  }
}
