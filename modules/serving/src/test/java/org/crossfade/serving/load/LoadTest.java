package org.crossfade.serving.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.crossfade.serving.FakeModel;
import org.crossfade.serving.TestServer;
import org.crossfade.serving.model.Engines;
import org.crossfade.serving.model.LoadedModel;
import org.crossfade.serving.predict.PredictLimits;
import org.crossfade.training.cli.Typed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten thousand images: each is answered, and nothing is left of them. */
@Tag("slow")
class LoadTest {
  private static final long MEGABYTE = 1 << 20;

  @Test
  void nothingIsLostAndNothingStays() throws Exception {
    try (var server =
        new TestServer(new FakeModel(), new PredictLimits(1_000_000, 1_000_000, 8, 60, 4), 30)) {
      byte[] image = TestServer.png(256, 128, 64, 90);
      // Classes, buffers and pools that come with the first ones stay.
      LoadGenerator.run(server.address(), image, 2_000, 32);
      LoadGenerator.Memory before = LoadGenerator.Memory.now();

      LoadGenerator.Result result = LoadGenerator.run(server.address(), image, 10_000, 32);

      LoadGenerator.Memory after = LoadGenerator.Memory.now();
      assertThat(result.labelled()).isEqualTo(10_000);
      assertThat(result.lost()).isZero();
      assertThat(result.busy()).isPositive();
      assertThat(after.heap() - before.heap()).isLessThan(16 * MEGABYTE);
      assertThat(after.resident() - before.resident()).isLessThan(200 * MEGABYTE);
    }
  }

  /** What a network allocates outside of Java's heap shows in resident memory alone. */
  @ParameterizedTest
  @ValueSource(strings = {"saved-model", "onnx"})
  void aNetworkKeepsNoNativeMemory(String format, @TempDir Path folder) throws Exception {
    Path run = folder.resolve("run");
    Path exported = folder.resolve("exported");
    typed(Typed.command("train").add("--run-dir", run).settings("tiny.target-iterations = 0"));
    typed(Typed.command("export").add("--run-dir", run, "--format", format, "--out", exported));
    try (LoadedModel model =
            Engines.choose(Optional.empty(), exported).open(exported, Optional.empty());
        var server =
            new TestServer(model, new PredictLimits(1_000_000, 1_000_000, 64, 60, 8), 30)) {
      byte[] image = TestServer.png(64, 32, 64, 90);
      assertThat(LoadGenerator.run(server.address(), image, 2_000, 16).labelled()).isEqualTo(2_000);
      LoadGenerator.Memory before = LoadGenerator.Memory.now();

      assertThat(LoadGenerator.run(server.address(), image, 8_000, 16).labelled()).isEqualTo(8_000);

      LoadGenerator.Memory after = LoadGenerator.Memory.now();
      // The smallest tensor of a request is the image: 8,000 of them would be 47 MB.
      assertThat(after.resident() - before.resident()).isLessThan(40 * MEGABYTE);
    }
  }

  private static void typed(Typed.Line line) {
    Typed done = line.run();
    assertThat(done.code()).as(done.err()).isZero();
  }
}
