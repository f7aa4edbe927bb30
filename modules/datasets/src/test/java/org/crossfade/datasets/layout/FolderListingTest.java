package org.crossfade.datasets.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.DataOptions;
import org.crossfade.datasets.DataRoots;
import org.crossfade.datasets.TinyTrees;
import org.crossfade.datasets.check.DataCheck;
import org.crossfade.datasets.check.DataCheck.Depth;
import org.crossfade.datasets.check.DataReport;
import org.crossfade.datasets.decoding.DecodingPool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees as they come from a Mac, from Windows, from a network drive and from converters. */
class FolderListingTest {
  @TempDir Path root;

  @BeforeEach
  void writeData() {
    TinyTrees.folder(root, 0, 1);
  }

  private Dataset open(String kind) {
    return DataOptions.read("kind = " + kind)
        .open(LabelSpace.of(19), DataRoots.parse(List.of(root.toString()), Map.of()));
  }

  private Dataset folder() {
    return DataOptions.read("kind = folder, split = all, alias = x")
        .open(LabelSpace.of(19), DataRoots.parse(List.of("x=" + root), Map.of()));
  }

  private static List<String> ids(Dataset dataset) {
    return IntStream.range(0, dataset.size()).mapToObj(dataset::id).toList();
  }

  private static DataReport check(Dataset dataset) {
    try (var pool = new DecodingPool(1)) {
      return DataCheck.check(dataset, Depth.FULL, pool);
    }
  }

  private void touch(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.writeString(root.resolve(name), "x");
    }
  }

  @Test
  void clutterIsSkippedAndCounted() throws IOException {
    touch("images/._n0.png", "images/.DS_Store", "images/.ipynb_checkpoints/n0-checkpoint.png");
    touch("images/Thumbs.db", "images/@eaDir/n0.png/THUMB.png", "images/__MACOSX/._n1.png");
    touch("images/notes.txt", "labels/._n0.png");
    Files.createDirectories(root.resolve("images/album.png"));
    TinyTrees.image(root.resolve("images/album.png/n2.png"), 2);
    TinyTrees.greyLabels(root.resolve("labels/album.png/n2.png"), 2);
    Dataset data = folder();
    assertThat(ids(data)).containsExactly("album.png_n2", "n0", "n1");
    DataReport report = check(data);
    assertThat(report.problems()).isEmpty();
    assertThat(report.remarks())
        .containsExactly(
            root.resolve("images") + ": skipped 3, hidden: .DS_Store, ._n0.png, .ipynb_checkpoints",
            root.resolve("images")
                + ": skipped 3, thumbnails and the like: @eaDir, Thumbs.db, __MACOSX",
            root.resolve("images")
                + ": skipped 1, folders that are called like an image: album.png",
            root.resolve("images") + ": skipped 1, neither PNG nor JPEG: notes.txt",
            root.resolve("labels") + ": skipped 1, hidden: ._n0.png",
            root.resolve("labels")
                + ": skipped 1, folders that are called like an image: album.png");
  }

  @Test
  void linksAreFollowedAndLoopsSkipped() throws IOException {
    Path real = root.resolve("elsewhere.png");
    TinyTrees.image(real, 9);
    TinyTrees.greyLabels(root.resolve("labels/n2.png"), 2);
    Files.createSymbolicLink(root.resolve("images/n2.png"), real);
    Files.createSymbolicLink(root.resolve("images/up"), Path.of(".."));
    Dataset data = folder();
    assertThat(ids(data)).containsExactly("n0", "n1", "n2");
    assertThat(data.readImage(2).rgb()[0]).isEqualTo((byte) 9);
    assertThat(check(data).remarks())
        .anyMatch(remark -> remark.contains("skipped 1, links to a folder that they lie in"));
  }

  @Test
  void aLinkToNowhereIsNamedByTheCheck() throws IOException {
    Files.createSymbolicLink(root.resolve("images/n2.png"), Path.of("/nowhere/n2.png"));
    TinyTrees.greyLabels(root.resolve("labels/n2.png"), 2);
    assertThat(check(folder()).problems())
        .containsExactly(
            root.resolve("images/n2.png") + ": no such file: it is a link to /nowhere/n2.png");
  }

  @Test
  void whatAConverterWroteBesideLabelFilesIsSkipped() {
    for (String n : List.of("00001", "00002")) {
      TinyTrees.image(root.resolve("gta5/images/" + n + ".png"), 1);
      TinyTrees.greyLabels(root.resolve("gta5/labels/" + n + ".png"), 26);
      TinyTrees.greyLabels(root.resolve("gta5/labels/" + n + "_labelTrainIds.png"), 13);
    }
    Dataset gta5 = open("gta5, split = train");
    assertThat(ids(gta5)).containsExactly("00001", "00002");
    assertThat(gta5.readLabels(0).at(0, 0)).as("car").isEqualTo(13);
    assertThat(check(gta5).remarks())
        .singleElement()
        .asString()
        .contains("skipped 2, made of another label file");
  }

  @Test
  void aSampleThatIsCalledLikeADerivedFileIsASample() {
    TinyTrees.image(root.resolve("images/n1_color.png"), 1);
    TinyTrees.greyLabels(root.resolve("labels/n1_color.png"), 5);
    assertThat(ids(folder())).containsExactly("n0", "n1", "n1_color");
  }

  @Test
  void aFolderOfClutterAloneSaysWhatWasSkipped() throws IOException {
    Files.delete(root.resolve("images/n0.png"));
    Files.delete(root.resolve("images/n1.png"));
    touch("images/photo.bmp");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(this::folder)
        .withMessageContainingAll("no PNG or JPEG file", "neither PNG nor JPEG: photo.bmp");
  }
}
