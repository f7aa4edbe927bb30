package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.cli.CommandLine;
import org.crossfade.training.cli.Typed;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.Methods;
import org.crossfade.training.config.OptionSources;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code init} drafts is accepted by every other verb, and trains. */
class InitTest {
  @TempDir Path folder;

  private Path root(String part, int images, IntUnaryOperator idOfColumn) {
    Path root = folder.resolve(part);
    for (int i = 0; i < images; i++) {
      String name = "%s_%02d.png".formatted(part, i);
      TinyFolders.image(root.resolve("images/" + name), 96, 72);
      TinyFolders.labels(root.resolve("labels/" + name), 96, 72, idOfColumn);
    }
    return root;
  }

  private static Typed typed(Object... words) {
    return Typed.words(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
  }

  private Typed init(Object... more) {
    var words = new ArrayList<Object>(List.of("init", "--out", folder.resolve("own.conf")));
    words.addAll(List.of(more));
    return typed(words.toArray());
  }

  @Tag("slow")
  @Test
  void aDraftIsCheckedAndTrained() throws IOException {
    Path game = root("game", 3, x -> x < 40 ? 3 : 250);
    Path photos = root("photos", 6, x -> x < 40 ? 250 : x < 60 ? 3 : 255);

    Typed drafted = init("--method", "fada", "--source", game, "--target", photos);

    assertThat(drafted.code()).as(drafted.err()).isEqualTo(CommandLine.DONE);
    assertThat(folder.resolve("own.conf"))
        .content()
        .contains("250 = 1   # class 250, 58.33 % of the pixels")
        .contains(
            "alias = target", "own-validation.txt", "source.stream { width = 256, height = 192 }");
    assertThat(folder.resolve("own-classes.csv")).content().contains("class 3,", "class 250,");
    assertThat(folder.resolve("own-validation.txt")).hasContent("photos_04.png");
    assertThat(Files.readAllLines(folder.resolve("own-target-train.txt"))).hasSize(5);

    Object[] common = {
      "--method",
      "fada",
      "--config",
      folder.resolve("own.conf"),
      "--data-root",
      "source=" + game,
      "--data-root",
      "target=" + photos
    };
    assertThat(with(common, "print-config").out()).contains("class 250", "\"adversarial\"");
    Typed checked = with(common, "check-data");
    assertThat(checked.code()).as(checked.err()).isEqualTo(CommandLine.DONE);
    assertThat(checked.out()).contains("class 250", "0 problems");
    Typed trained =
        with(
            common,
            "train",
            "--run-dir",
            folder.resolve("run"),
            "--set",
            "fada.source.iterations = 2",
            "--set",
            "fada.adversarial.iterations = 1",
            "--set",
            "fada.self-distillation.training.iterations = 1",
            "--set",
            "run.threads = 1");
    assertThat(trained.code()).as(trained.err()).isEqualTo(CommandLine.DONE);
    assertThat(trained.out()).contains("self-distillation");
  }

  private static Typed with(Object[] common, Object... words) {
    var all = new ArrayList<Object>(List.of(words));
    all.addAll(1, List.of(common));
    return typed(all.toArray());
  }

  /** Read, not trained: sections and sizes are those of each method. */
  @Test
  void everyMethodsDraftIsReadAndHasTheSizeOfTheImages() {
    Path game = root("game", 2, x -> x < 40 ? 0 : 7);
    Path photos = root("photos", 20, x -> 7);
    for (var factory : Methods.all()) {
      String method = factory.name();
      if (!OptionSources.hasStreetsForm(method)) {
        continue;
      }
      Path file = folder.resolve(method).resolve("own.conf");
      Typed drafted =
          typed(
              "init",
              "--method",
              method,
              "--source",
              game,
              "--target",
              photos,
              "--out",
              file,
              "--classes",
              "19");
      assertThat(drafted.code()).as(method + drafted.err()).isEqualTo(CommandLine.DONE);
      var loader = new ExperimentLoader(new OptionSources(method, false, List.of(file), List.of()));
      assertThat(loader.task().labelSpace().classes()).isEqualTo(19);
      assertThat(loader.task().targetLabels().shotsPerCity()).isEmpty();
      var inference = loader.method().phases().toString();
      assertThat(inference).as(method).doesNotContain("width=256, height=128");
    }
  }

  @Test
  void tablesKnowCityscapesIdsAndTrainIds() throws IOException {
    Path game = root("game", 2, x -> x < 40 ? 7 : x < 60 ? 23 : 3);
    Path photos = root("photos", 2, x -> x < 40 ? 0 : 18);
    assertThat(
            init("--method", "source-only", "--source", game, "--target", photos, "--classes", "16")
                .code())
        .isEqualTo(CommandLine.DONE);
    String draft = Files.readString(folder.resolve("own.conf"));
    assertThat(draft)
        .contains("7 = 0   # road", "23 = 10   # sky", "3 = 255   # ignored")
        .contains("The label files hold the ids of the classes: no table is needed.");
    new ExperimentLoader(
        new OptionSources("source-only", false, List.of(folder.resolve("own.conf")), List.of()));
  }

  @Test
  void whatCanNotBeDraftedIsRefused() throws IOException {
    Path one = root("one", 2, x -> 4);
    Typed single = init("--method", "source-only", "--source", one, "--target", one);
    assertThat(single.code()).isEqualTo(CommandLine.FAILED);
    assertThat(single.err()).contains("the id 4 alone", "at least two classes");

    Path empty = Files.createDirectories(folder.resolve("empty"));
    Typed none = init("--method", "source-only", "--source", empty, "--target", one);
    assertThat(none.code()).isEqualTo(CommandLine.FAILED);
    assertThat(none.err()).contains(empty.resolve("images").toString(), "images/NAME.png");

    Path plain = folder.resolve("plain");
    TinyFolders.image(plain.resolve("images/a.png"), 64, 64);
    Typed unlabelled = init("--method", "source-only", "--source", plain, "--target", one);
    assertThat(unlabelled.code()).isEqualTo(CommandLine.FAILED);
    assertThat(unlabelled.err()).contains("the source has no labels", "labels");

    Files.writeString(folder.resolve("own.conf"), "mine");
    Path two = root("two", 2, x -> x < 40 ? 0 : 1);
    Typed there = init("--method", "source-only", "--source", two, "--target", two);
    assertThat(there.code()).isEqualTo(CommandLine.FAILED);
    assertThat(there.err()).contains("own.conf", "is there already");
    assertThat(folder.resolve("own.conf")).hasContent("mine");
    assertThat(init("--source", two, "--target", two, "--method", "nobody").code())
        .isEqualTo(CommandLine.USAGE);
  }
}
