package org.crossfade.datasets.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.datasets.DataOptions;
import org.crossfade.datasets.DataRoots;
import org.crossfade.datasets.TinyTrees;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists as Windows, Excel and other tools write them; and what they may reach. */
class ListedImagesTest {
  @TempDir Path folder;
  private Path root;
  private Path other;

  @BeforeEach
  void writeData() {
    root = folder.resolve("data");
    TinyTrees.folder(root, 0, 1, 2);
    TinyTrees.image(root.resolve("images/a b.png"), 5);
    TinyTrees.greyLabels(root.resolve("labels/a b.png"), 5);
    other = folder.resolve("other");
    TinyTrees.image(other.resolve("images/o7.png"), 7);
    TinyTrees.greyLabels(other.resolve("labels/o7.png"), 7);
  }

  private Dataset open(String... roots) {
    List<String> all = Stream.concat(Stream.of("folder=" + root), Stream.of(roots)).toList();
    return DataOptions.read("kind = folder, split = all, list = list.txt")
        .open(LabelSpace.of(19), DataRoots.parse(all, Map.of()));
  }

  private Dataset open(byte[] list) throws IOException {
    Files.write(root.resolve("list.txt"), list);
    return open();
  }

  private Dataset list(String text) throws IOException {
    return open(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> ids(Dataset dataset) {
    return IntStream.range(0, dataset.size()).mapToObj(dataset::id).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-8"})
  void encodingsOfWindowsAreRead(String charset) throws IOException {
    for (String mark : List.of("", "\uFEFF")) {
      byte[] list = (mark + "n1.png\r\nn0.png\r\n").getBytes(Charset.forName(charset));
      assertThat(ids(open(list))).containsExactly("n1", "n0");
    }
  }

  @Test
  void anotherEncodingNamesLineAndRemedy() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> open("n0\nstraße\n".getBytes(StandardCharsets.ISO_8859_1)))
        .withMessageContainingAll("list.txt:2:", "UTF-8", "iconv");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n1",
        "n1.png",
        "./n1.png",
        "././images/n1.png",
        "images/n1.png",
        "images//n1.png",
        "images\\n1.png",
        ".\\images\\n1.png",
        "/images/n1.png",
        "\"n1.png\"",
        "# mine\nn1",
        "images/n1.png labels/n1.png",
        "n1.png\tn1.png",
        "n1.png, labels/n1.png",
        "images/../images/n1.png",
        "/ROOT/images/n1.png",
        "/ROOT/images/n1.png /ROOT/labels/n1.png"
      })
  void formsOfOneNameMeanOneImage(String line) throws IOException {
    Dataset listed = list(line.replace("/ROOT", root.toString()));
    assertThat(ids(listed)).containsExactly("n1");
    assertThat(listed.readLabels(0).at(0, 0)).isEqualTo(1);
    assertThat(listed.readImage(0).rgb()[0]).isEqualTo((byte) 1);
  }

  @Test
  void namesWithBlanksAreNames() throws IOException {
    assertThat(ids(list("a b.png\nimages/a b.png labels/a b.png"))).containsExactly("a b", "a b");
  }

  @Test
  void anotherRootThatTheUserNamedIsRead() throws IOException {
    Files.writeString(
        root.resolve("list.txt"), other + "/images/o7.png\n../../other/images/o7.png");
    Dataset listed = open("more=" + other);
    assertThat(ids(listed)).containsExactly("o7", "o7");
    assertThat(listed.readLabels(1).at(0, 0)).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/OTHER/images/o7.png", "../../other/images/o7.png", "..\\..\\other\\images\\o7.png",
        "../other/images/o7.png", "n0.png /OTHER/labels/o7.png", "n0.png ../../other/labels/o7.png"
      })
  void whatLiesElsewhereIsRefusedWithFileAndLine(String line) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> list("n0\n" + line.replace("/OTHER", other.toString())))
        .withMessageContainingAll("list.txt:2:", "o7.png", "none of the data roots", "--data-root");
  }

  @Test
  void linksAreResolvedFirst() throws IOException {
    Files.createSymbolicLink(root.resolve("out"), other);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> list("out/images/o7.png"))
        .withMessageContainingAll("list.txt:1:", other.toRealPath().toString());
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> list(root + "/out/images/o7.png"))
        .withMessageContaining("list.txt:1:");
  }

  @Test
  void aPhotographIsNotItsOwnLabelFile() {
    for (String line : List.of("images/n1.png images/n1.png", "n1 ROOT/images/n1.png")) {
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(() -> list(line.replace("ROOT", root.toString())))
          .withMessageContainingAll("list.txt:1:", "own label file");
    }
  }

  @Test
  void mistakesAreListedWithLineAndRemedyAtOnce() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(
            () -> list("N1.PNG\nn0\n\nlabels/n1.png\nn0.png,n1.png\nn7\nn1 gone.png\n../../gone"))
        .withMessageContainingAll(
            "list.txt:1: 'N1.PNG' names no image",
            "there is 'n1.png': upper and lower case differ",
            "list.txt:4: 'labels/n1.png' is a label file",
            "list.txt:5: 'n0.png,n1.png' has two columns, and the second one is the label file of",
            "list.txt:6: 'n7' names no image below " + root.resolve("images"),
            "list.txt:7: 'n1 gone.png' has two columns, and the second one names no label file",
            "list.txt:8: '../../gone' names no image");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../evil", "../evil", "/evil", "a/../../evil", "..\\\\evil", ".."})
  void aSplitIsANameAndNoPath(String split) {
    assertThatExceptionOfType(InvalidOptionsException.class)
        .isThrownBy(() -> DataOptions.read("kind = folder, split = \"" + split + "\""))
        .withMessageContainingAll("split = '", "lists");
  }

  @Test
  void anAliasDoesNotLeadOutOfTheCommonRoot() {
    for (String alias : List.of("../other", other.toString())) {
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(
              () ->
                  DataOptions.read("kind = folder, split = all, alias = \"" + alias + "\"")
                      .open(LabelSpace.of(19), DataRoots.parse(List.of(root.toString()), Map.of())))
          .withMessageContainingAll(alias, "outside of the data root");
    }
  }
}
