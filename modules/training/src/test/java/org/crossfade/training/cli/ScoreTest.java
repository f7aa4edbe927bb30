package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.crossfade.core.data.LabelMap;
import org.crossfade.datasets.file.LabelPictures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores of two folders, computed by hand. */
class ScoreTest {
  private static final String FRAME = "berlin_000000_000019";

  @TempDir Path folder;

  private void ids(String place, int... ids) throws IOException {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    Path file = folder.resolve(place);
    Files.createDirectories(file.getParent());
    LabelPictures.writeIds(file, new LabelMap(1, ids.length, bytes));
  }

  private Typed score() {
    return new Typed.Line()
        .add("score", "--predictions", folder.resolve("predictions"))
        .add("--labels", folder.resolve("labels"), "--out", folder.resolve("scores.json"))
        .run();
  }

  @Test
  void scoresAreThoseOfCityscapesScripts() throws IOException {
    // Road 7, sidewalk 8, car 26, bus 28; 0 is ignored, and 255 predicted is a miss.
    ids("labels/berlin/" + FRAME + "_gtFine_labelIds.png", 7, 7, 7, 8, 26, 26, 0, 255);
    ids("labels/berlin/" + FRAME + "_gtFine_instanceIds.png", 1, 1, 1, 1, 1, 1, 1, 1);
    ids("predictions/" + FRAME + "_leftImg8bit.png", 7, 7, 255, 7, 26, 28, 7, 26);

    Typed typed = score();

    assertThat(typed.code()).as(typed.err()).isEqualTo(CommandLine.DONE);
    assertThat(typed.out()).contains("iIoU is left out");
    JsonNode scores = new ObjectMapper().readTree(folder.resolve("scores.json").toFile());
    // Road: 2 right, one missed, one false. Car: 1 right, one missed. Bus is false once.
    assertThat(scores.at("/iou/road").asDouble()).isEqualTo(2 / 4.0);
    assertThat(scores.at("/iou/sidewalk").asDouble()).isZero();
    assertThat(scores.at("/iou/car").asDouble()).isEqualTo(1 / 2.0);
    assertThat(scores.at("/iou/bus").asDouble()).isZero();
    assertThat(scores.at("/miou").asDouble()).isEqualTo(1 / 4.0);
    // Flat: sidewalk taken for road is right, one missed. Vehicle: all right.
    assertThat(scores.at("/categoryIou/flat").asDouble()).isEqualTo(3 / 4.0);
    assertThat(scores.at("/categoryIou/vehicle").asDouble()).isEqualTo(1);
    assertThat(scores.at("/categoryMiou").asDouble()).isCloseTo(7 / 8.0, Offset.offset(1e-12));
  }

  @Test
  void missingPredictionsAreNamed() throws IOException {
    ids("labels/" + FRAME + "_gtFine_labelIds.png", 7);
    ids("predictions/berlin_000000_000020.png", 7);

    Typed typed = score();

    assertThat(typed.code()).isEqualTo(CommandLine.FAILED);
    assertThat(typed.err()).contains("no prediction for 1 of 1", FRAME + "_gtFine_labelIds.png");
  }

  @Test
  void predictionsOfAnotherSizeAreNamedWithBoth() throws IOException {
    ids("labels/x.png", 7, 8);
    ids("predictions/x.png", 7);

    Typed typed = score();

    assertThat(typed.code()).isEqualTo(CommandLine.FAILED);
    assertThat(typed.err()).contains("1x1", "2x1", "x.png");
  }

  @Test
  void nothingThatCountsIsNoScore() throws IOException {
    ids("labels/x.png", 0, 255);
    ids("predictions/x.png", 7, 7);

    Typed typed = score();

    assertThat(typed.code()).isEqualTo(CommandLine.FAILED);
    assertThat(typed.err()).contains("no pixel", "raw label ids");
    assertThat(folder.resolve("scores.json")).doesNotExist();
  }

  @Test
  void trainIdsInPlaceOfLabelIdsAreDoubted() throws IOException {
    ids("labels/x.png", 7, 8);
    ids("predictions/x.png", 0, 1);

    assertThat(score().err()).contains("looks like train ids");
  }
}
