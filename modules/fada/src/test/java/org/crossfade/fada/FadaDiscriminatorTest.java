package org.crossfade.fada;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.crossfade.core.graph.ParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FadaDiscriminatorTest {
  /** Counts of the published networks. */
  @ParameterizedTest
  @CsvSource({
    "2048, 19, 5057702",
    "2048, 16, 5050784",
    "2048, 13, 5043866",
    "1024, 19, 2698406",
    "1024, 16, 2691488",
    "1024, 13, 2684570"
  })
  void hasThePublishedNumberOfParameters(int channels, int classes, long parameters) {
    var discriminator = new FadaDiscriminator(channels, classes, FadaDiscriminator.PUBLISHED_WIDTH);

    assertThat(discriminator.parameters().stream().mapToLong(p -> p.shape().size()).sum())
        .isEqualTo(parameters);
  }

  @Test
  void namesAreThoseOfThePublishedCheckpoint() {
    assertThat(new FadaDiscriminator(8, 3, 4).parameters())
        .extracting(ParameterSpec::name)
        .containsExactly(
            "D.0.weight",
            "D.0.bias",
            "D.2.weight",
            "D.2.bias",
            "cls1.weight",
            "cls1.bias",
            "cls2.weight",
            "cls2.bias");
  }

  @Test
  void oddWidthsAreRefused() {
    assertThatThrownBy(() -> new FadaDiscriminator(8, 3, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("even width");
  }
}
