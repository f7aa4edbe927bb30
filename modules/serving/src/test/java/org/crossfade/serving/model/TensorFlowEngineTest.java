package org.crossfade.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.datasets.streets.Split;
import org.crossfade.datasets.streets.Streets;
import org.crossfade.datasets.streets.Style;
import org.crossfade.training.cli.Typed;
import org.crossfade.training.run.RunFolderException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs and SavedModels answer what {@code predict} does. */
class TensorFlowEngineTest {
  @TempDir private static Path folder;

  private static Path run;
  private static Path exported;

  @BeforeAll
  static void train() {
    run = folder.resolve("run");
    exported = folder.resolve("exported");
    Typed trained =
        Typed.command("train").add("--run-dir", run).settings("tiny.target-iterations = 0").run();
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(Typed.command("export").add("--run-dir", run, "--out", exported).run().code())
        .isZero();
  }

  private static LoadedModel open(Path model) throws IOException {
    return Engines.choose(Optional.empty(), model).open(model, Optional.empty());
  }

  private static List<Image> images(int width, int height) {
    var scenes = Streets.dataset(Style.TARGET, Split.VAL, 3, width, height, LabelSpace.of(19));
    return List.of(scenes.readImage(0), scenes.readImage(1), scenes.readImage(2));
  }

  @Test
  void anImageInABatchGetsTheLabelsThatItGetsAlone() throws IOException {
    List<Image> images = images(100, 50);
    try (LoadedModel model = open(run)) {
      List<LabelMap> together = model.predict(images);

      assertThat(together).hasSize(3);
      assertThat(together.get(0)).isNotEqualTo(together.get(1));
      for (int n = 0; n < 3; n++) {
        assertThat(model.predict(List.of(images.get(n)))).containsExactly(together.get(n));
      }
    }
  }

  @Test
  void aSavedModelAnswersWhatItsRunDoes() throws IOException {
    List<Image> images = images(64, 32);
    try (LoadedModel saved = open(exported);
        LoadedModel trained = open(run)) {
      assertThat(saved.predict(images)).isEqualTo(trained.predict(images));
      assertThat(saved.labelSpace().classNames()).isEqualTo(trained.labelSpace().classNames());
      assertThat(trained.title()).isEqualTo("tiny, trained on tiny");
      assertThat(saved.title()).isEqualTo("the SavedModel exported");
      LabelMap larger = saved.predict(images(200, 100)).get(2);
      assertThat(List.of(larger.height(), larger.width())).containsExactly(100, 200);
    }
  }

  @Test
  void whatIsNoModelIsToldWhatWouldBe() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Path missing = folder.resolve("missing");

    assertThatThrownBy(() -> open(missing))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(missing.toString());
    assertThatThrownBy(() -> open(empty))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("config.conf")
        .hasMessageContaining("saved_model.pb");
    assertThatThrownBy(() -> Engines.choose(Optional.of("abacus"), exported))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("tensorflow");
  }

  @Test
  void aTruncatedModelAndAForeignOneAreRefused() throws IOException {
    Path torn = copy("torn");
    Path pb = torn.resolve("saved_model.pb");
    byte[] bytes = Files.readAllBytes(pb);
    Files.write(pb, Arrays.copyOf(bytes, bytes.length / 2));
    Path nameless = copy("nameless");
    Files.delete(nameless.resolve("assets.extra/classes.json"));
    Path other = copy("other");
    Files.writeString(
        other.resolve("assets.extra/classes.json"),
        "{\"classes\": [{\"name\": \"road\"}, {\"name\": \"sky\"}]}");

    assertThatThrownBy(() -> open(torn))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(torn.toString())
        .hasMessageContaining("whole");
    assertThatThrownBy(() -> open(nameless))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("classes.json");
    Files.writeString(nameless.resolve("assets.extra/classes.json"), "{\"classes\": []}");
    assertThatThrownBy(() -> open(nameless))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("classes.json");
    assertThatThrownBy(() -> open(other))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("probabilities")
        .hasMessageContaining("19");
  }

  @Test
  void aSavedModelOfAnotherVersionIsRefused() throws IOException {
    Path newer = copy("newer");
    Path card = newer.resolve("assets.extra/model.json");
    String text = Files.readString(card);
    assertThat(text).contains("\"crossfade.format\" : \"1\"");
    Files.writeString(
        card, text.replace("\"crossfade.format\" : \"1\"", "\"crossfade.format\" : \"2\""));

    assertThatThrownBy(() -> open(newer))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(card.toString())
        .hasMessageContaining("have format 2, and this version reads 1");
  }

  private static Path copy(String name) throws IOException {
    Path to = folder.resolve(name);
    try (var files = Files.walk(exported)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(exported.relativize(file).toString()));
      }
    }
    return to;
  }

  @Test
  void aRunWithoutAFinishedPhaseIsRefused() throws IOException {
    Path begun = Files.createDirectories(folder.resolve("begun"));
    for (String file : List.of("config.conf", "run.json")) {
      Files.copy(run.resolve(file), begun.resolve(file));
    }

    assertThatThrownBy(() -> open(begun))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("no finished phase");
    Engine engine = Engines.choose(Optional.of("tensorflow"), run);
    assertThatThrownBy(() -> engine.open(run, Optional.of("target")))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("'target'");
    assertThatThrownBy(() -> engine.open(exported, Optional.of("source")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("--phase");
  }
}
