package org.crossfade.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.Typed;
import org.junit.jupiter.api.Test;

class BenchmarkCommandTest {
  @Test
  void benchmarkSaysWhatItCanMeasureAndWhatItLacks() {
    Typed unknown = Typed.command("benchmark").add("--work", "speed").run();
    Typed phase = Typed.command("benchmark").add("--work", "data").run();
    Typed weights = Typed.command("benchmark").add("--work", "import").run();

    assertThat(List.of(unknown.code(), phase.code(), weights.code()))
        .containsOnly(CommandLine.USAGE);
    assertThat(unknown.err())
        .contains("no work 'speed'", "training, forward, evaluation, data, import");
    assertThat(phase.err()).contains("which training phase? Give --phase");
    assertThat(weights.err()).contains("which file? Give one --weights");
  }
}
