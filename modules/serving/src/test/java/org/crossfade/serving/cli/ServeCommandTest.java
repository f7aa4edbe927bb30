package org.crossfade.serving.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.crossfade.training.cli.Typed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a command line is said before anything is served. */
class ServeCommandTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "--port, 70000, 65535",
    "--queue, 0, --queue 0",
    "--timeout, -1, --timeout",
    "--max-pixels, 0, --max-pixels",
    "--batch, 0, --batch",
    "--max-bytes, 0, --max-bytes"
  })
  void aNumberOutOfRangeIsWrongUse(String option, String value, String told) {
    Typed typed = Typed.words("serve", folder.toString(), option, value);

    assertThat(typed.code()).isEqualTo(2);
    assertThat(typed.err()).contains(told);
  }

  @Test
  void aModelIsNeeded() {
    assertThat(Typed.words("serve").code()).isEqualTo(2);
    Typed none = Typed.words("serve", folder.resolve("nothing").toString());
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains(folder.resolve("nothing").toString());
  }

  @Test
  void aPortInUseSaysSo() throws IOException {
    Path run = folder.resolve("run");
    Typed.command("train").add("--run-dir", run).settings("tiny.target-iterations = 0").run();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Typed typed =
          Typed.words("serve", run.toString(), "--port", Integer.toString(taken.getLocalPort()));

      assertThat(typed.code()).isEqualTo(1);
      assertThat(typed.err())
          .contains("port " + taken.getLocalPort())
          .contains("--port")
          .doesNotContain("\tat ");
    }
  }
}
