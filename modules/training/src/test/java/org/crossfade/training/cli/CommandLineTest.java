package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.datasets.file.ImageFiles;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.options.DecisiveOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person types, and what comes back: exit code, output, one message. */
class CommandLineTest {
  @TempDir static Path shared;
  private static Path trained;
  private static Typed training;

  @TempDir Path folder;

  @BeforeAll
  static void trainOnce() {
    trained = shared.resolve("run");
    training =
        Typed.command("train")
            .settings("tiny.target-iterations = 2", "run.sample-images = 1")
            .add("--run-dir", trained)
            .run();
  }

  @Test
  void trainRecordsWhatWasTypedAndPrintsATable() throws IOException {
    assertThat(training.code()).as(training.err()).isEqualTo(CommandLine.DONE);
    assertThat(training.out()).contains("source", "target", "mIoU", "in " + trained);
    var record = new ObjectMapper().readTree(trained.resolve("run.json").toFile());
    assertThat(record.get("command").get(0).asText()).isEqualTo("train");
    assertThat(record.get("command").toString()).contains("tiny.target-iterations = 2");
    assertThat(record.get("method").asText()).isEqualTo("tiny");
    assertThat(trained.resolve("config.conf")).content().contains("tiny");
    assertThat(trained.resolve("metrics.jsonl")).isNotEmptyFile();
    assertThat(trained.resolve("samples/target")).isNotEmptyDirectory();
  }

  @Test
  void trainingAFinishedRunAgainByItsFolderAloneChangesNothing() throws IOException {
    String results = Files.readString(trained.resolve("results.json"));

    Typed again = Typed.command("train").add("--run-dir", trained).run();

    assertThat(again.code()).as(again.err()).isEqualTo(CommandLine.DONE);
    assertThat(trained.resolve("results.json")).hasContent(results);
  }

  @Test
  void trainingInTheFolderOfOtherOptionsIsRefused() {
    Typed other =
        Typed.command("train").add("--run-dir", trained).add("--set", "run.seed = 5").run();

    assertThat(other.code()).isEqualTo(CommandLine.FAILED);
    assertThat(other.err())
        .contains(trained.toString(), "run.seed was 0 and is now 5", "--run-dir");
  }

  @Test
  void predictTakesAFileAndAFolderOfAnySize() throws IOException {
    Path images = folder.resolve("images");
    TinyFolders.image(images.resolve("wide.png"), 50, 20);
    TinyFolders.image(images.resolve("tall.png"), 17, 40);
    Path single = folder.resolve("single.png");
    TinyFolders.image(single, 64, 32);
    Path out = folder.resolve("out");

    Typed predicted =
        Typed.command("predict")
            .add("--run-dir", trained)
            .add("--out", out)
            .add(single, images)
            .run();

    assertThat(predicted.code()).as(predicted.err()).isEqualTo(CommandLine.DONE);
    assertThat(predicted.out()).contains("3 images");
    LabelSpace space = LabelSpace.of(19);
    var files = new LabelFiles(RawLabelTable.trainIds(space), LabelFiles.Channel.ONLY);
    for (String name : List.of("single", "wide", "tall")) {
      var image = ImageFiles.read(name.equals("single") ? single : images.resolve(name + ".png"));
      var labels = files.read(out.resolve(name + "-train-ids.png"));
      var colours = ImageFiles.read(out.resolve(name + "-colour.png"));
      var overlay = ImageFiles.read(out.resolve(name + "-overlay.png"));
      assertThat(labels.height()).isEqualTo(image.height());
      assertThat(labels.width()).isEqualTo(image.width());
      int colour = space.rgb(labels.trainIds()[0] & 0xFF);
      assertThat(colours.rgb()[0]).isEqualTo((byte) (colour >> 16));
      assertThat(overlay.rgb()[0] & 0xFF)
          .isEqualTo(Math.round(((image.rgb()[0] & 0xFF) + (colours.rgb()[0] & 0xFF)) / 2.0f));
    }
  }

  @Test
  void predictSaysWhatIsMissing() {
    Typed missing =
        Typed.command("predict")
            .add("--run-dir", trained)
            .add("--out", folder)
            .add("nothing")
            .run();

    assertThat(missing.code()).isEqualTo(CommandLine.USAGE);
    assertThat(missing.err()).contains("nothing", "no such file");
  }

  @Test
  void evaluateScoresTheLastPhaseAndWritesJson() throws IOException {
    Path json = folder.resolve("scores.json");

    Typed evaluated = Typed.command("evaluate").add("--run-dir", trained).add("--out", json).run();

    assertThat(evaluated.code()).as(evaluated.err()).isEqualTo(CommandLine.DONE);
    assertThat(evaluated.out()).contains("road", "mIoU", "2 images");
    var mapper = new ObjectMapper();
    double recorded =
        mapper
            .readTree(trained.resolve("results.json").toFile())
            .at("/phases/target/evaluation/miou")
            .asDouble();
    assertThat(mapper.readTree(json.toFile()).get("miou").asDouble()).isEqualTo(recorded);
  }

  @Test
  void exportIntoAFolderThatIsNotEmptyIsRefused() {
    Path out = folder.resolve("model");
    Typed first = Typed.command("export").add("--run-dir", trained).add("--out", out).run();
    Typed second = Typed.command("export").add("--run-dir", trained).add("--out", out).run();

    assertThat(first.code()).as(first.err()).isEqualTo(CommandLine.DONE);
    assertThat(out.resolve("saved_model.pb")).exists();
    assertThat(second.code()).isEqualTo(CommandLine.FAILED);
    assertThat(second.err()).contains(out.toString(), "not empty");
  }

  @Test
  void checkDataCountsGeneratedScenes() {
    Typed checked = Typed.command("check-data").settings().run();

    assertThat(checked.code()).as(checked.err()).isEqualTo(CommandLine.DONE);
    assertThat(checked.out())
        .contains("streets-source train: 5 labelled samples", "streets-target val", "road");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train",
        "evaluate",
        "predict",
        "export",
        "check-data",
        "import-weights",
        "print-config"
      })
  void everyVerbHasHelp(String verb) {
    Typed help = Typed.words(verb, "--help");

    assertThat(help.code()).as(help.err()).isEqualTo(CommandLine.DONE);
    assertThat(help.out()).contains("--run-dir", "--set", "--help");
  }

  @Test
  void helpListsVerbsMethodsAndExitCodes() {
    Typed help = Typed.words("--help");

    assertThat(help.code()).isEqualTo(CommandLine.DONE);
    assertThat(help.out()).contains("train", "predict", "tiny-twin", "Two phases", "2 wrong usage");
    assertThat(Typed.words().code()).isEqualTo(CommandLine.USAGE);
  }

  @Test
  void helpAlignsNamesOfAnyLength() {
    var names = new LinkedHashMap<String, String>();
    names.put("fda", "short");
    names.put("a-name-of-more-than-sixteen-letters", "long");

    assertThat(CommandLine.aligned(names).lines())
        .containsExactly(
            "  fda" + " ".repeat(34) + "short", "  a-name-of-more-than-sixteen-letters  long");
  }

  @ParameterizedTest
  @CsvSource({
    "trian --streets, train",
    "train --run-dri x, --run-dir",
    "train --sed run.seed=1, --set",
    "predict --ouput x img.png, --out"
  })
  void aMistypedWordNamesTheClosest(String line, String closest) {
    Typed wrong = Typed.words(line.split(" "));

    assertThat(wrong.code()).isEqualTo(CommandLine.USAGE);
    assertThat(wrong.err()).contains("did you mean " + closest + "?");
  }

  @Test
  void settingsKeepTheirCommas() {
    Typed printed =
        Typed.command("print-config")
            .settings("tiny.source.test.scales = [0.5, 1.0]", "task.name = \"a, b\"")
            .run();

    assertThat(printed.code()).as(printed.err()).isEqualTo(CommandLine.DONE);
    assertThat(printed.out()).contains("0.5", "\"a, b\"");
  }

  @Test
  void printedOptionsAreReadBackAsTheSame() throws IOException {
    Path file = folder.resolve("printed.conf");
    Files.writeString(
        file,
        Typed.command("print-config").settings("tiny.source.segmenter.rate = 2.5e-4").run().out());

    var read = new OptionSources("tiny", false, List.of(file), List.of()).resolve();
    var direct =
        new OptionSources(
                "tiny", false, List.of(), TinyRuns.settings("tiny.source.segmenter.rate = 2.5e-4"))
            .resolve();

    assertThat(new DecisiveOptions(read, "tiny").hash(""))
        .isEqualTo(new DecisiveOptions(direct, "tiny").hash(""));
  }

  @Test
  void allWrongOptionsAreShownAtOnceWithFileAndLine() throws IOException {
    Path file = folder.resolve("wrong.conf");
    Files.writeString(
        file,
        """
        crossfade {
          run.log-every = 0
          run.threds = 1
          tiny.source.iterations = many
        }
        """);

    Typed wrong = Typed.command("train").add("--config", file).add("--set", "run.seed = x").run();

    assertThat(wrong.code()).isEqualTo(CommandLine.USAGE);
    assertThat(wrong.err())
        .contains("wrong.conf: 3", "unknown key 'run.threds'")
        .contains("wrong.conf: 4", "'tiny.source.iterations' must be a whole number")
        .contains("--set run.seed = x", "'run.seed' must be a whole number");
  }

  @Test
  void anUnknownSectionIsNamedWithItsPlace() throws IOException {
    Path file = folder.resolve("sections.conf");
    Files.writeString(file, "crossfade.fadda.rate = 1\nother = 2\n");

    Typed outside = Typed.command("print-config").add("--config", file).run();
    Typed inside = Typed.command("print-config").add("--set", "fadda.rate = 1").run();

    assertThat(outside.code()).isEqualTo(CommandLine.USAGE);
    assertThat(outside.err()).contains("sections.conf: 2", "unknown section 'other'");
    assertThat(inside.code()).isEqualTo(CommandLine.USAGE);
    assertThat(inside.err()).contains("unknown section 'crossfade.fadda'", "run, task, tiny");
  }

  @Test
  void anUnknownMethodListsThoseThereAre() {
    Typed wrong = Typed.words("print-config", "--method", "fadda");

    assertThat(wrong.code()).isEqualTo(CommandLine.USAGE);
    assertThat(wrong.err()).contains("no method 'fadda'", "tiny, tiny-twin");
  }

  /** The defaults are GTA5 and Cityscapes: both are missing, and both are said to be. */
  @Test
  void missingDataRootsNamePathVariableAndTree() {
    Typed nowhere = Typed.command("train").add("--run-dir", folder.resolve("run")).run();
    Typed wrong =
        Typed.command("train")
            .add("--run-dir", folder.resolve("run"))
            .add("--data-root", folder.resolve("absent"))
            .run();

    assertThat(nowhere.code()).isEqualTo(CommandLine.FAILED);
    assertThat(nowhere.err())
        .contains(
            "CROSSFADE_DATA_ROOT", "--data-root", "'gta5'", "'cityscapes'", "labels/00001.png");
    assertThat(wrong.code()).isEqualTo(CommandLine.FAILED);
    assertThat(wrong.err()).contains(folder.resolve("absent").resolve("gta5").toString());
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "corrupt, b.png",
    "unknown-id, unknown label ids 77",
    "size, label maps must have the size"
  })
  void badLabelsStopTrainingBeforeItsFirstIteration(String fault, String message)
      throws IOException {
    Path root = folder.resolve("data");
    for (String name : List.of("a", "b")) {
      TinyFolders.image(root.resolve("images/" + name + ".png"), 6, 4);
      TinyFolders.labels(root.resolve("labels/" + name + ".png"), 6, 4, x -> 0);
    }
    Path label = root.resolve("labels/b.png");
    switch (fault) {
      case "corrupt" -> Files.writeString(label, "no picture");
      case "unknown-id" -> TinyFolders.labels(label, 6, 4, x -> 77);
      default -> TinyFolders.labels(label, 5, 4, x -> 0);
    }
    Path run = folder.resolve("run");

    Typed refused =
        Typed.command("train")
            .settings("task.source = null", "task.source = { kind = folder, split = all }")
            .add("--data-root", "folder=" + root)
            .add("--run-dir", run)
            .run();

    assertThat(refused.code()).isEqualTo(CommandLine.FAILED);
    assertThat(refused.err()).contains(message, label.toString());
    assertThat(run.resolve("metrics.jsonl")).doesNotExist();
    assertThat(run.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void aSourceWithoutLabelsIsRefused() {
    Path root = folder.resolve("data");
    TinyFolders.image(root.resolve("images/a.png"), 6, 4);

    Typed refused =
        Typed.command("train")
            .settings("task.source = null", "task.source = { kind = folder, split = all }")
            .add("--data-root", "folder=" + root)
            .add("--run-dir", folder.resolve("run"))
            .run();

    assertThat(refused.code()).isEqualTo(CommandLine.FAILED);
    assertThat(refused.err()).contains("source", "has no labels");
  }

  @Test
  void evaluatingARunThatIsNotThereSaysWhatToDo() {
    Typed missing =
        Typed.command("evaluate").settings().add("--run-dir", folder.resolve("none")).run();

    assertThat(missing.code()).isEqualTo(CommandLine.FAILED);
    assertThat(missing.err())
        .contains(folder.resolve("none").toString(), "source, target", "Train first");
  }
}
