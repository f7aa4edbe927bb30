package org.crossfade.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

  @Test
  void eventsHoldThePredictionsAndTheConfusion(@TempDir Path folder) throws IOException {
    TinyRuns.train(
        TinyRuns.experiment(
            "tiny.target-iterations = 0", "run.sample-images = 1", "run.evaluate-every = 3"),
        folder);

    Map<String, Summary.Image> images = images(new RunDirectory(folder).tensorboard());
    assertThat(images.keySet())
        .containsExactlyInAnyOrder(
            "source/confusion/image@3",
            "source/prediction/aachen_500000/image@3",
            "source/confusion/image@6",
            "source/prediction/aachen_500000/image@6");
    Summary.Image confusion = images.get("source/confusion/image@6");
    assertThat(confusion.getWidth()).isEqualTo(19 * 12);
    assertThat(images.get("source/prediction/aachen_500000/image@3").getHeight()).isEqualTo(32);
    assertThat(
            SamplePictures.at(folder.resolve("samples"), "source", 3).resolve("aachen_500000.png"))
        .exists();
  }

  private static Map<String, Summary.Image> images(Path tensorboard) throws IOException {
    var images = new LinkedHashMap<String, Summary.Image>();
    for (Event event : events(tensorboard)) {
      for (Summary.Value value : event.getSummary().getValueList()) {
        if (value.hasImage()) {
          images.put(value.getTag() + "@" + event.getStep(), value.getImage());
        }
      }
    }
    return images;
  }

  private static Map<String, Float> scalars(Path tensorboard) throws IOException {
    var scalars = new LinkedHashMap<String, Float>();
    for (Event event : events(tensorboard)) {
      for (Summary.Value value : event.getSummary().getValueList()) {
        float scalar =
            value.hasTensor() && value.getTensor().getFloatValCount() > 0
                ? value.getTensor().getFloatVal(0)
                : value.getSimpleValue();
        scalars.put(value.getTag() + "@" + event.getStep(), scalar);
      }
    }
    return scalars;
  }

  /** Reads records: length (8 bytes), its checksum (4), an event, its checksum (4). */
  private static List<Event> events(Path tensorboard) throws IOException {
    var events = new ArrayList<Event>();
    try (var files = Files.list(tensorboard)) {
      for (Path file : files.toList()) {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
          byte[] record = new byte[(int) bytes.getLong()];
          bytes.getInt();
          bytes.get(record);
          bytes.getInt();
          events.add(Event.parseFrom(record));
        }
      }
    }
    return events;
  }
}
