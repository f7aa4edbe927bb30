package org.crossfade.serving.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.crossfade.serving.FakeModel;
import org.crossfade.serving.TestServer;
import org.crossfade.serving.predict.PredictLimits;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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
}
