package org.crossfade.training.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.TinyNetwork;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.Typed;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.weights.Safetensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb {@code export}: what it writes says what it is, and comes back. */
class ExportTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path shared;
  private static Path trained;

  @TempDir Path folder;

  @BeforeAll
  static void trainOnce() {
    trained = shared.resolve("run");
    Typed training =
        Typed.command("train")
            .settings("tiny.target-iterations = 2")
            .add("--run-dir", trained)
            .run();
    assertThat(training.code()).as(training.err()).isEqualTo(CommandLine.DONE);
  }

  private static Typed export(Object... words) {
    return Typed.command("export").add("--run-dir", trained).add(words).run();
  }

  private static Map<Path, byte[]> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      var content = new TreeMap<Path, byte[]>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        content.put(root.relativize(file), Files.readAllBytes(file));
      }
      return content;
    }
  }

  @Test
  void safetensorsComeBackToEqualPredictions() throws IOException {
    Path file = folder.resolve("tiny.safetensors");
    Typed exported = export("--format", "safetensors", "--out", file);
    assertThat(exported.code()).as(exported.err()).isEqualTo(CommandLine.DONE);
    Path image = folder.resolve("image.png");
    TinyFolders.image(image, 64, 32);

    Typed imported = Typed.command("import-weights").settings().add("--weights", file).run();
    Typed ofRun =
        Typed.command("predict")
            .add("--run-dir", trained, image, "--out", folder.resolve("of-run"))
            .run();
    Typed ofFile =
        Typed.command("predict")
            .settings()
            .add("--weights", file, image, "--out", folder.resolve("of-file"))
            .run();

    assertThat(imported.out()).contains("0 skipped, 0 variables not in the file");
    assertThat(ofRun.code()).as(ofRun.err()).isEqualTo(CommandLine.DONE);
    assertThat(ofFile.code()).as(ofFile.err()).isEqualTo(CommandLine.DONE);
    Map<Path, byte[]> expected = files(folder.resolve("of-run"));
    Map<Path, byte[]> found = files(folder.resolve("of-file"));
    assertThat(expected).hasSize(3);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, bytes) -> assertThat(found.get(name)).isEqualTo(bytes));
  }

  @Test
  void safetensorsHaveTheNetworksNamesAndTheCard() throws IOException {
    Path file = folder.resolve("tiny.safetensors");
    export("--format", "safetensors", "--out", file);

    assertThat(Safetensors.read(file).keySet())
        .containsExactlyElementsOf(
            new TinyNetwork(19, BatchNorm.Mode.BATCH_STATISTICS)
                .parameters().stream().map(spec -> spec.name()).toList());
    Map<String, String> card = Safetensors.metadata(file);
    RunResults results = RunResults.read(trained.resolve("results.json")).orElseThrow();
    assertThat(card)
        .containsEntry("crossfade.format", "1")
        .containsEntry("crossfade.method", "tiny")
        .containsEntry("crossfade.network", "tiny")
        .containsEntry("crossfade.normalisation", "TORCHVISION")
        .containsEntry("crossfade.phase", "target")
        .containsEntry(
            "crossfade.miou", Double.toString(results.last().orElseThrow().evaluation().miou()))
        .containsKeys("crossfade.version", "crossfade.inference");
    assertThat(card.get("crossfade.options-hash")).matches("[0-9a-f]{64}");
    JsonNode classes = JSON.readTree(card.get("crossfade.classes")).get("classes");
    LabelSpace space = LabelSpace.of(19);
    assertThat(classes).hasSize(19);
    assertThat(classes.get(0).get("name").asText()).isEqualTo(space.className(0));
    assertThat(classes.get(0).get("colour").asText()).isEqualTo("#804080");
  }

  @Test
  void aSavedModelHasTheSameCardBesideIt() throws IOException {
    Path file = folder.resolve("tiny.safetensors");
    Path model = folder.resolve("model");
    export("--format", "safetensors", "--out", file);
    Typed exported = export("--out", model);

    assertThat(exported.out()).contains("images uint8 [N, H, W, 3]");
    Map<?, ?> card = JSON.readValue(model.resolve("assets.extra/model.json").toFile(), Map.class);
    assertThat(card).isEqualTo(Safetensors.metadata(file));
    assertThat(model.resolve("assets.extra/classes.json"))
        .hasContent(String.valueOf(card.get("crossfade.classes")));
  }

  @Test
  void anUnknownFormatIsAnsweredWithThoseThereAre() {
    Typed unknown = export("--format", "caffe", "--out", folder.resolve("model"));

    assertThat(unknown.code()).isEqualTo(CommandLine.USAGE);
    assertThat(unknown.err()).contains("'caffe'", "safetensors", "saved-model");
    assertThat(folder.resolve("model")).doesNotExist();
  }

  @Test
  void aFileThatIsThereIsNotOverwritten() throws IOException {
    for (String format : List.of("safetensors", "saved-model")) {
      Path file = folder.resolve(format);
      Files.writeString(file, "mine");
      Typed exported = export("--format", format, "--out", file);

      assertThat(exported.code()).isEqualTo(CommandLine.FAILED);
      assertThat(exported.err()).contains(file.toString(), "is there already");
      assertThat(file).hasContent("mine");
    }
  }
}
