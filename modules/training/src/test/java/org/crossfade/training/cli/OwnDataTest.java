package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.datasets.file.ImageFiles;
import org.crossfade.datasets.file.LabelFiles;
import org.crossfade.training.TinyFolders;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two folders and three classes of one's own: the source says 7 and 9 for road and sky, the target
 * 0, 1 and 2 for road, boat and sky.
 */
class OwnDataTest {
  @TempDir Path folder;
  private Path options;

  @BeforeEach
  void writeFolders() throws IOException {
    for (int i = 0; i < 4; i++) {
      write("game", i, x -> x < 32 ? 7 : 9);
      write("photos", i, x -> x < 16 ? 2 : x < 48 ? 0 : 1);
    }
    Files.writeString(
        folder.resolve("classes.csv"),
        "name,colour,thing,groups\nroad,#102030,,ground\nboat,#405060,true,\nsky,#708090,,\n");
    options =
        Files.writeString(
            folder.resolve("own.conf"),
            """
            crossfade {
              task {
                name = own
                classes = classes.csv
                source = null
                source { kind = folder, split = all, alias = game, label-table { 7 = road, 9 = sky } }
                target = null
                target { kind = folder, split = all, alias = photos }
                validation = ${crossfade.task.target}
              }
              run { threads = 1, sample-images = 1, log-every = 1 }
            }
            """);
  }

  private void write(String part, int i, IntUnaryOperator idOfColumn) {
    Path root = folder.resolve(part);
    TinyFolders.image(root.resolve("images/" + part + i + ".png"), 64, 32);
    TinyFolders.labels(root.resolve("labels/" + part + i + ".png"), 64, 32, idOfColumn);
  }

  private Typed command(String verb, Object... more) {
    return Typed.command(verb)
        .add("--config", options)
        .add("--data-root", "game=" + folder.resolve("game"))
        .add("--data-root", "photos=" + folder.resolve("photos"))
        .add(more)
        .run();
  }

  @Test
  void aDataSetSaysWhichClassesItNeverShows() {
    Typed checked = command("check-data");

    assertThat(checked.code()).as(checked.err()).isEqualTo(CommandLine.DONE);
    assertThat(checked.out())
        .contains("game all: 4 labelled samples, every file decoded, 0 problems")
        .contains("note: no label stands for boat")
        .contains("photos all: 4 labelled samples, every file decoded, 0 problems");
    assertThat(command("check-data", "--headers").out()).contains("no label stands for boat");
  }

  @Test
  void aClassThatNoLabelFileShowsIsSaid() {
    Typed checked =
        command("check-data", "--set", "task.target.label-table={0=road,1=road,2=sky,3=boat}");
    assertThat(checked.out()).contains("note: no pixel of boat");
  }

  @Test
  void anIdThatTheClassesLackIsRefusedByFile() {
    write("photos", 2, x -> 3);
    Typed checked = command("check-data");

    assertThat(checked.code()).isEqualTo(CommandLine.FAILED);
    assertThat(checked.out())
        .contains("photos2.png: unknown label ids 3 (2048 pixels)", "has {0, 1, 2, 255}");
  }

  @Test
  void wrongClassesAreWrongUsage() throws IOException {
    Files.writeString(folder.resolve("classes.csv"), "name\nroad\nsky\nRoad\n");
    Typed checked = command("check-data");

    assertThat(checked.code()).isEqualTo(CommandLine.USAGE);
    assertThat(checked.err()).contains("classes.csv", "both have the name 'Road'");
  }

  @Test
  void everyVerbKnowsTheClasses() throws IOException {
    Path run = folder.resolve("run");
    Typed trained = command("train", "--run-dir", run);
    assertThat(trained.code()).as(trained.err()).isEqualTo(CommandLine.DONE);
    Files.delete(folder.resolve("classes.csv"));

    Typed evaluated =
        Typed.command("evaluate")
            .add("--run-dir", run, "--data-root", "photos=" + folder.resolve("photos"))
            .run();
    assertThat(evaluated.code()).as(evaluated.err()).isEqualTo(CommandLine.DONE);
    assertThat(evaluated.out()).contains("road", "boat", "sky", "ground ").doesNotContain("mIoU13");

    Path out = folder.resolve("out");
    Typed predicted =
        Typed.command("predict")
            .add("--run-dir", run, "--out", out, folder.resolve("photos/images"))
            .run();
    assertThat(predicted.code()).as(predicted.err()).isEqualTo(CommandLine.DONE);
    LabelSpace space =
        new ExperimentLoader(
                new OptionSources("tiny", false, List.of(run.resolve("config.conf")), List.of()))
            .task()
            .labelSpace();
    byte[] ids =
        new LabelFiles(RawLabelTable.trainIds(space), LabelFiles.Channel.ONLY)
            .read(out.resolve("photos0-train-ids.png"))
            .trainIds();
    byte[] colours = ImageFiles.read(out.resolve("photos0-colour.png")).rgb();
    assertThat(IntStream.range(0, ids.length).map(i -> colours[3 * i]))
        .allMatch(red -> List.of(0x10, 0x40, 0x70).contains(red));
    assertThat(colours[0]).isEqualTo((byte) (space.rgb(ids[0]) >> 16));

    Path model = folder.resolve("model");
    Typed exported = Typed.command("export").add("--run-dir", run, "--out", model).run();
    assertThat(exported.code()).as(exported.err()).isEqualTo(CommandLine.DONE);
    Path classes = model.resolve("assets.extra/classes.json");
    LabelSpace read =
        new ExperimentLoader(
                new OptionSources(
                    "tiny", false, List.of(), List.of("task.classes = \"" + classes + "\"")))
            .task()
            .labelSpace();
    assertThat(read.spelled()).isEqualTo(space.spelled());
    assertThat(read.groups()).isEqualTo(space.groups());
    assertThat(read.rgb(1)).isEqualTo(0x405060);
  }
}
