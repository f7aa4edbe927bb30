package org.crossfade.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.streets.Split;
import org.crossfade.datasets.streets.Streets;
import org.crossfade.datasets.streets.Style;
import org.crossfade.training.cli.Typed;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An ONNX file in ONNX Runtime labels as the SavedModel of the same run in TensorFlow. */
class OnnxEngineTest {
  @TempDir private static Path folder;

  private static Path run;
  private static Path saved;
  private static Path file;

  @BeforeAll
  static void export() {
    run = folder.resolve("run");
    saved = folder.resolve("saved");
    file = folder.resolve("tiny.onnx");
    Typed trained =
        Typed.command("train").add("--run-dir", run).settings("tiny.target-iterations = 0").run();
    assertThat(trained.code()).as(trained.err()).isZero();
    Typed.Line export = Typed.command("export").add("--run-dir", run, "--out", saved);
    assertThat(export.run().code()).isZero();
    Typed onnx =
        Typed.command("export").add("--run-dir", run, "--format", "onnx", "--out", file).run();
    assertThat(onnx.code()).as(onnx.err()).isZero();
  }

  private static LoadedModel open(Path model) throws IOException {
    return Engines.choose(Optional.empty(), model).open(model, Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({"64, 32", "100, 50", "37, 61"})
  void labelsAreThoseOfTheSavedModel(int width, int height) throws IOException {
    var scenes = Streets.dataset(Style.TARGET, Split.VAL, 3, width, height, LabelSpace.of(19));
    List<Image> images = List.of(scenes.readImage(0), scenes.readImage(1), scenes.readImage(2));
    try (LoadedModel onnx = open(file);
        LoadedModel tensorFlow = open(saved)) {
      List<LabelMap> found = onnx.predict(images);
      List<LabelMap> expected = tensorFlow.predict(images);

      assertThat(found).hasSize(3);
      assertThat(found.get(0)).isNotEqualTo(found.get(1));
      var seen = new TreeSet<Byte>();
      for (int n = 0; n < 3; n++) {
        LabelMap map = found.get(n);
        assertThat(List.of(map.height(), map.width())).containsExactly(height, width);
        // Two classes of one probability may be in another order in another library.
        assertThat(differing(map, expected.get(n))).isLessThanOrEqualTo(2);
        assertThat(differing(map, onnx.predict(List.of(images.get(n))).get(0))).isZero();
        for (byte id : map.trainIds()) {
          seen.add(id);
        }
      }
      assertThat(seen).hasSizeGreaterThan(1);
      assertThat(onnx.labelSpace().classNames()).isEqualTo(tensorFlow.labelSpace().classNames());
      assertThat(onnx.bytesToPredict(height, width))
          .isEqualTo(tensorFlow.bytesToPredict(height, width));
      assertThat(onnx.title()).isEqualTo("the ONNX file tiny.onnx");
    }
  }

  private static int differing(LabelMap one, LabelMap other) {
    assertThat(one.trainIds()).hasSameSizeAs(other.trainIds());
    int differing = 0;
    for (int i = 0; i < one.trainIds().length; i++) {
      differing += one.trainIds()[i] == other.trainIds()[i] ? 0 : 1;
    }
    return differing;
  }

  @Test
  void aFileChoosesItByItself() {
    assertThat(Engines.choose(Optional.empty(), file).name()).isEqualTo("onnx");
    assertThat(Engines.choose(Optional.of("onnx"), file).name()).isEqualTo("onnx");
    assertThat(Engines.choose(Optional.empty(), saved).name()).isEqualTo("tensorflow");
  }

  @Test
  void withoutItsLibraryItNamesTheCoordinates() {
    Engine without = new OnnxEngine(ClassLoader.getPlatformClassLoader());

    assertThatThrownBy(() -> without.open(file, Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("not on the class path")
        .hasMessageContaining(OnnxEngine.COORDINATES);
    assertThat(OnnxEngine.COORDINATES)
        .isEqualTo(
            "com.microsoft.onnxruntime:onnxruntime:"
                + OrtEnvironment.getEnvironment().getVersion());
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 3, whole.length / 2, whole.length - 1}) {
      Path cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> open(cut).close())
          .as(length + " of " + whole.length + " bytes")
          .isInstanceOf(DataException.class)
          .hasMessageContaining(cut.toString())
          .hasMessageContaining("whole");
    }
  }

  @Test
  void aForeignFileIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.onnx"), "not a model at all");
    assertThatThrownBy(() -> open(text))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("can't be opened as an ONNX file");
    assertThatThrownBy(() -> open(with(Map.of())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Crossfade did not write");
    assertThatThrownBy(() -> open(with(Map.of("crossfade.format", "2"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("have format 2, and this version reads 1");
    assertThatThrownBy(() -> open(with(Map.of("crossfade.format", "1"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("crossfade.classes");
    String two = "{\"classes\": [{\"name\": \"road\"}, {\"name\": \"sky\"}]}";
    assertThatThrownBy(() -> open(with(Map.of("crossfade.format", "1", "crossfade.classes", two))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'probabilities' [N, H, W, 2]");
  }

  /** The file with other properties in the place of its own. */
  private static Path with(Map<String, String> properties) throws IOException {
    ModelProto.Builder model =
        ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder().clearMetadataProps();
    properties.forEach(
        (name, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(name).setValue(value)));
    return Files.write(folder.resolve("other.onnx"), model.build().toByteArray());
  }

  @Test
  void theCommandSaysWhatIsWrong() throws IOException {
    Path text = Files.writeString(folder.resolve("words.onnx"), "not a model at all");
    Typed foreign = Typed.words("serve", text.toString());
    Typed phase = Typed.words("serve", file.toString(), "--phase", "source");
    Typed folderOfRun = Typed.words("serve", run.toString(), "--engine", "onnx");
    Typed unknown = Typed.words("serve", file.toString(), "--engine", "abacus");

    assertThat(List.of(foreign.code(), phase.code(), folderOfRun.code(), unknown.code()))
        .containsExactly(1, 1, 1, 2);
    assertThat(foreign.err()).contains(text.toString()).doesNotContain("\tat ");
    assertThat(phase.err()).contains("--phase source");
    assertThat(folderOfRun.err()).contains("a file that 'export --format onnx' wrote");
    assertThat(unknown.err()).contains("onnx, tensorflow");
  }
}
