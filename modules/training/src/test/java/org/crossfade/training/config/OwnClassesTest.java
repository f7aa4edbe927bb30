package org.crossfade.training.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.hash.Hashing;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.crossfade.core.label.ClassGroup;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.TinyRuns;
import org.crossfade.training.options.DecisiveOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code task.classes} may say. */
class OwnClassesTest {
  private static final String TABLE =
      """
      name,colour,thing,groups,also
      road,#804080,,ground;seen,
      "traffic sign",,true,seen,traffic light
      car,0 0 142,TRUE,,truck; bus
      """;

  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private OptionSources sources(String classes) throws IOException {
    return new OptionSources(
        "tiny", false, List.of(write("own.conf", "crossfade.task.classes = " + classes)), scenes());
  }

  private static List<String> scenes() {
    return TinyRuns.settings();
  }

  private LabelSpace space(String classes) throws IOException {
    return new ExperimentLoader(sources(classes)).task().labelSpace();
  }

  private void refused(String classes, String... messages) {
    assertThatExceptionOfType(InvalidOptionsException.class)
        .isThrownBy(() -> space(classes))
        .withMessageContainingAll(messages);
  }

  @ParameterizedTest
  @ValueSource(strings = {"19", "16", "13", "19-synthia"})
  void aNameMeansPublishedClasses(String name) throws IOException {
    assertThat(space(name)).isEqualTo(LabelSpace.named(name));
  }

  /** Folders that were trained before classes were data are resumed and compared as before. */
  @ParameterizedTest
  @ValueSource(strings = {"19", "16", "13"})
  void aNumberIsHashedAndRecordedAsItIsWritten(String number) throws IOException {
    Config options = sources(number).resolve();

    assertThat(OptionSources.render(options, "tiny")).contains("classes=" + number + "\n");
    Config decisive =
        options
            .withOnlyPath("task")
            .withFallback(options.withOnlyPath("tiny"))
            .withFallback(options.withOnlyPath("run.seed"))
            .withFallback(options.withOnlyPath("run.selection"))
            .withFallback(options.withOnlyPath("run.absent-classes"));
    assertThat(OptionSources.hash(options, "tiny", ""))
        .isEqualTo(
            Hashing.sha256()
                .hashString(
                    "tiny" + decisive.root().render(ConfigRenderOptions.concise()),
                    StandardCharsets.UTF_8)
                .toString());
  }

  @Test
  void classesComeFromTheOptionsThemselves() throws IOException {
    LabelSpace space =
        space(
            "{ classes = [{ name = road }, { name = car, colour = \"#00008e\", thing = true }],"
                + " groups = [{ title = ground, classes = [road] }] }");
    assertThat(space.classNames()).containsExactly("road", "car");
    assertThat(space.things()).containsExactly(1);
    assertThat(space.groups()).containsExactly(new ClassGroup("ground", List.of(0)));
  }

  @Test
  void classesComeFromATable() throws IOException {
    write("my classes.csv", TABLE);
    LabelSpace space = space("\"my classes.csv\"");
    assertThat(space.classNames()).containsExactly("road", "traffic sign", "car");
    assertThat(space.things()).containsExactly(1, 2);
    assertThat(space.rgb(0)).isEqualTo(0x804080);
    assertThat(space.rgb(2)).isEqualTo(142);
    assertThat(space.idOf("bus")).hasValue(2);
    assertThat(space.groups())
        .containsExactly(
            new ClassGroup("ground", List.of(0)), new ClassGroup("seen", List.of(0, 1)));
  }

  @ParameterizedTest
  @CsvSource({"classes.json", "classes.conf"})
  void classesComeFromAFile(String name) throws IOException {
    write(name, "{\"classes\": [{\"name\": \"sky\", \"id\": 1}, {\"name\": \"road\", \"id\": 0}]}");
    assertThat(space("\"" + name + "\"").classNames()).containsExactly("road", "sky");
  }

  @Test
  void aFileIsLookedForBesideThatWhichNamesIt() throws IOException {
    Path shared = Files.createDirectories(folder.resolve("shared"));
    Files.writeString(shared.resolve("classes.csv"), "\uFEFFname\r\nroad\r\nsky\r\n");
    Files.writeString(shared.resolve("task.conf"), "crossfade.task.classes = \"classes.csv\"");
    Path own = write("own.conf", "include \"shared/task.conf\"");
    var loader = new ExperimentLoader(new OptionSources("tiny", false, List.of(own), scenes()));
    assertThat(loader.task().labelSpace().classNames()).containsExactly("road", "sky");
  }

  @Test
  void theRecordOfARunHoldsTheClassesThemselves() throws IOException {
    Path table = write("classes.csv", TABLE);
    OptionSources sources = sources("\"classes.csv\"");
    Path record = write("config.conf", new ExperimentLoader(sources).render());
    String hash = OptionSources.hash(sources.resolve(), "tiny", "");
    Files.delete(table);

    var read = new OptionSources("tiny", false, List.of(record), List.of());
    assertThat(new ExperimentLoader(read).task().labelSpace().classNames())
        .containsExactly("road", "traffic sign", "car");
    assertThat(OptionSources.hash(read.resolve(), "tiny", "")).isEqualTo(hash);
  }

  @Test
  void coloursAndGroupsDoNotDecideWhatARunComputesButNamesAndThingsDo() throws IOException {
    String plain = hash("{ classes = [{ name = road }, { name = sky }] }");
    assertThat(
            hash(
                "{ classes = [{ name = road, colour = \"#010203\" }, { name = sky }],"
                    + " groups = [{ title = g, classes = [sky] }] }"))
        .isEqualTo(plain);
    assertThat(hash("{ classes = [{ name = road, thing = true }, { name = sky }] }"))
        .isNotEqualTo(plain);
    assertThat(hash("{ classes = [{ name = sky }, { name = road }] }")).isNotEqualTo(plain);
    assertThat(hash("{ classes = [{ name = road, also = [car] }, { name = sky }] }"))
        .isNotEqualTo(plain);
    assertThat(hash("19-synthia")).isEqualTo(hash("19"));
    DecisiveOptions other = new DecisiveOptions(sources("13").resolve(), "tiny");
    assertThat(
            new DecisiveOptions(
                    sources("{ classes = [{ name = a }, { name = b }] }").resolve(), "tiny")
                .differencesFrom(other))
        .containsExactly("task.classes was 13 and is now \"[a, b]\"");
  }

  private String hash(String classes) throws IOException {
    return OptionSources.hash(sources(classes).resolve(), "tiny", "");
  }

  @Test
  void definitionsThatMakeNoSenseAreRefusedWithFileAndLine() throws IOException {
    refused("20", "own.conf: 1", "'task.classes'", "'20'", "19 (Cityscapes)", ".csv");
    refused("\"gone.csv\"", folder.resolve("gone.csv").toString(), "no such file");
    refused("\"gone.json\"", folder.resolve("gone.json").toString(), "no such file");
    refused("true", "own.conf: 1", "must be an object with classes, columns, groups");
    refused(
        "{ classes = [\n{ name = road }\n{ name = Road }] }",
        "own.conf: 1",
        "'task.classes'",
        "the classes 0 and 1 both have the name 'Road'");
    refused(
        "{ classes = [\n{ name = road, id = 0 }\n{ name = sky, id = 2 }] }",
        "own.conf: 1",
        "no class has id 1, but 'sky' has 2");
    refused(
        "{ classes = [\n{ name = road }\n{ name = sky, colour = blue }] }",
        "own.conf: 3",
        "task.classes.classes[1]",
        "'blue'",
        "#804080");
    refused(
        "{ classes = [\n{ name = road }\n{ name = sky, color = \"#000001\" }] }",
        "own.conf: 3",
        "unknown key 'task.classes.classes[1].color'",
        "colour");
    refused(
        "{ classes = [" + "{ name = a },".repeat(256) + "] }",
        "own.conf: 1",
        "2 to 255 classes",
        "found 256");
  }

  @Test
  void tablesThatMakeNoSenseAreRefusedWithFileAndLine() throws IOException {
    table("name,colour\nroad,#804080\nsky,#80408\n", "classes.csv: 3", "'#80408'");
    table("name\nroad\nRoad\n", "classes.csv", "both have the name 'Road'");
    table("id,name\n0,road\n3,sky\n", "classes.csv", "no class has id 1, but 'sky' has 3");
    table("id,name\n0,road\n1.5,sky\n", "classes.csv: 3", "id'", "1.5");
    table("name,color\nroad,#804080\n", "classes.csv: 2", "unknown column 'color'", "colour");
    table("road\nsky\n", "classes.csv: 2", "unknown column 'road'");
    table("name,thing\nroad,perhaps\nsky,\n", "classes.csv: 2", "thing", "true or false");
    table("", "classes.csv", "no class");
    table("name\n" + "a\n".repeat(256), "classes.csv", "found 256");
    table("name\nroad,1,2\n", "classes.csv: 2");
    Files.write(folder.resolve("classes.csv"), new byte[] {'n', (byte) 0xFF, '\n', 'x'});
    refused("\"classes.csv\"", "classes.csv", "UTF-8");
  }

  private void table(String text, String... messages) throws IOException {
    write("classes.csv", text);
    refused("\"classes.csv\"", messages);
  }

  @Test
  void aLabelTableThatNamesWhatTheClassesLackIsRefusedByPart() throws IOException {
    Path file =
        write(
            "own.conf",
            "crossfade.task {\n"
                + "classes { classes = [{ name = road }, { name = sky }] }\n"
                + "target { kind = folder, split = all, label-table { 4 = road, 5 = tree, 6 = 2 } }"
                + "\n}");
    assertThatExceptionOfType(InvalidOptionsException.class)
        .isThrownBy(
            () -> new ExperimentLoader(new OptionSources("tiny", false, List.of(file), List.of())))
        .withMessageContainingAll(
            "own.conf", "target", "5 = 'tree'", "6 = '2'", "0 to 1, 255 or one of road, sky");
  }
}
