package org.crossfade.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.crossfade.core.data.DataException;
import org.crossfade.training.evaluation.TrainedModel;
import org.crossfade.training.export.ExportFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file says what it is, and another is refused. */
class OnnxFileTest {
  @TempDir static Path shared;
  private static Path written;
  private static Map<String, String> card;

  @TempDir Path folder;

  @BeforeAll
  static void write() throws IOException {
    written = shared.resolve("model.onnx");
    NetworksTest.Asked asked = NetworksTest.networks().findFirst().orElseThrow();
    try (TrainedModel model = NetworksTest.model(asked, shared)) {
      ExportFormat.named("onnx").write(model, NetworksTest.card(), written);
      card = NetworksTest.card().properties(model);
    }
  }

  @Test
  void metadataAreTheModelsCard() throws IOException, OrtException {
    assertThat(OnnxFile.read(written).properties())
        .isEqualTo(card)
        .containsEntry("crossfade.miou", "0.5")
        .containsEntry("crossfade.format", "1");
    assertThat(card.get("crossfade.classes")).contains("road", "#804080");
    try (var runtime = new OrtModel(Files.readAllBytes(written))) {
      assertThat(runtime.session().getMetadata().getCustomMetadata()).isEqualTo(card);
    }
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(written);
    for (int length : new int[] {0, 3, whole.length / 2, whole.length - 1}) {
      Path file = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> OnnxFile.read(file))
          .as(length + " of " + whole.length + " bytes")
          .isInstanceOf(DataException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void aForeignFileIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.onnx"), "not a model at all");
    Path other = folder.resolve("other.onnx");
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(written));
    Files.write(other, model.toBuilder().clearMetadataProps().build().toByteArray());

    assertThatThrownBy(() -> OnnxFile.read(text))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is no ONNX file");
    assertThatThrownBy(() -> OnnxFile.read(other))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Crossfade did not write");
  }

  @Test
  void aFileOfAnotherVersionIsRefused() throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(written)).toBuilder();
    model
        .getMetadataPropsBuilderList()
        .forEach(
            property -> {
              if (property.getKey().equals("crossfade.format")) {
                property.setValue("2");
              }
            });
    Path file = Files.write(folder.resolve("newer.onnx"), model.build().toByteArray());

    assertThatThrownBy(() -> OnnxFile.read(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("have format 2, and this version reads 1");
  }

  @Test
  void aFileThatIsThereIsNotOverwritten() throws IOException {
    byte[] before = Files.readAllBytes(written);
    NetworksTest.Asked asked = NetworksTest.networks().findFirst().orElseThrow();
    try (TrainedModel model = NetworksTest.model(asked, folder)) {
      assertThatThrownBy(() -> new OnnxFormat().write(model, NetworksTest.card(), written))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is there already");
    }
    assertThat(written).hasBinaryContent(before);
  }
}
