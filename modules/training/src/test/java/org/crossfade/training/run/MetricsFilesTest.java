package org.crossfade.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.crossfade.training.TinyRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/** What a run tells other programs: JSON lines and TensorBoard's events hold the same numbers. */
class MetricsFilesTest {
  @Test
  void metricsAndEventsHoldTheSameLosses(@TempDir Path folder) throws IOException {
    TinyRuns.train(TinyRuns.experiment("tiny.target-iterations = 0", "run.log-every = 3"), folder);
    var run = new RunDirectory(folder);

    Map<String, Float> scalars = scalars(run.tensorboard());
    var json = new ObjectMapper();
    int losses = 0;
    for (String line : Files.readAllLines(run.metrics())) {
      var node = json.readTree(line);
      assertThat(node.get("phase").asText()).isEqualTo("source");
      if (node.get("type").asText().equals("progress")) {
        losses++;
        assertThat(scalars)
            .containsEntry(
                "source/loss/seg@" + node.get("iteration").asLong(),
                (float) node.get("losses").get("seg").asDouble());
      } else {
        assertThat(scalars).containsEntry("source/mIoU@6", (float) node.get("miou").asDouble());
      }
    }
    assertThat(losses).isEqualTo(2);
    assertThat(scalars).containsKeys("source/rate/backbone@3", "source/rate/classifier@6");
  }

  /** Reads records: length (8 bytes), its checksum (4), an event, its checksum (4). */
  private static Map<String, Float> scalars(Path tensorboard) throws IOException {
    var scalars = new LinkedHashMap<String, Float>();
    try (var files = Files.list(tensorboard)) {
      for (Path file : files.toList()) {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
          byte[] record = new byte[(int) bytes.getLong()];
          bytes.getInt();
          bytes.get(record);
          bytes.getInt();
          Event event = Event.parseFrom(record);
          for (Summary.Value value : event.getSummary().getValueList()) {
            float scalar =
                value.hasTensor() && value.getTensor().getFloatValCount() > 0
                    ? value.getTensor().getFloatVal(0)
                    : value.getSimpleValue();
            scalars.put(value.getTag() + "@" + event.getStep(), scalar);
          }
        }
      }
    }
    return scalars;
  }
}
