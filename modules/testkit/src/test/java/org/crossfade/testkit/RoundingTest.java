package org.crossfade.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundingTest {
  @TempDir Path directory;

  @Test
  void listedCasesAreWidenedAndNoOthers() throws IOException {
    write("| step.fada--small | 2.5 | 0.001 | 0.0001 |");

    var parity = new ParityDirectory(directory, 1);

    assertThat(parity.slackOf("step.fada--small")).isEqualTo(2.5);
    assertThat(parity.slackOf("step.fada--other")).isEqualTo(1);
    assertThat(new ParityDirectory(directory, 3).slackOf("step.fada--small")).isEqualTo(7.5);
  }

  @Test
  void moreThanRoundingIsRefused() throws IOException {
    write("| step.fada--small | 24.5 | 0.001 | 0.0001 |");

    assertThatThrownBy(() -> Rounding.of(directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step.fada--small")
        .hasMessageContaining("at most 24.0, found '24.5'");
  }

  private void write(String row) throws IOException {
    Files.writeString(
        directory.resolve(Rounding.FILE),
        "# Rounding\n\n| case | slack | error | float64 |\n|---|---|---|---|\n" + row + "\n");
  }
}
