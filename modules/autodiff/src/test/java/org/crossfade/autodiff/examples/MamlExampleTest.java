package org.crossfade.autodiff.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MamlExampleTest {
  /**
   * With m = mean x² = 1.75, Lₜ = m(w − sₜ)², the inner step leaves (1 − 2·rate·m)(w − sₜ) = 0.65
   * (w − sₜ), so that the meta gradient is Σₜ 2·m·0.65²·(w − sₜ).
   */
  @Test
  void startMovesAlongTheGradientThroughTheInnerStep() {
    double gradient = 2 * 1.75 * 0.65 * 0.65 * ((0.5 - 1) + (0.5 - 3));

    assertThat((double) MamlExample.stepFrom(0.5f, 0.1f, 0.05f))
        .isCloseTo(0.5 - 0.05 * gradient, within(1e-5));
  }
}
