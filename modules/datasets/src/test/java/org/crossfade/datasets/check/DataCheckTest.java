package org.crossfade.datasets.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.crossfade.core.data.Dataset;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.DataOptions;
import org.crossfade.datasets.DataRoots;
import org.crossfade.datasets.TinyTrees;
import org.crossfade.datasets.check.DataCheck.Depth;
import org.crossfade.datasets.check.DataReport.ClassCount;
import org.crossfade.datasets.decoding.DecodingPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCheckTest {
  private final DecodingPool pool = new DecodingPool(2);

  @TempDir Path root;
  @TempDir Path cache;

  @AfterEach
  void stopThePool() {
    pool.close();
  }

  private Dataset open(String kind, String split) {
    return DataOptions.read("kind = " + kind + ", split = " + split)
        .open(LabelSpace.of(19), DataRoots.parse(List.of(kind + "=" + root), Map.of()));
  }

  private static void truncate(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 10));
  }

  @Test
  void soundDataAreCounted() {
    TinyTrees.folder(root, 0, 0, 255);
    DataReport report = DataCheck.check(open("folder", "all"), Depth.FULL, pool);
    assertThat(report.ok()).isTrue();
    assertThat(report.classCounts().get(0)).isEqualTo(new ClassCount(48, 2));
    assertThat(report.classCounts().get(1)).isEqualTo(new ClassCount(0, 0));
    assertThat(report.ignoredPixels()).isEqualTo(24);
    assertThat(report.render())
        .contains("folder all: 3 labelled samples, every file decoded, 0 problems")
        .containsPattern("road +2 +48 +66.667")
        .containsPattern("ignored +24 +33.333");
  }

  @Test
  void allProblemsAreListedAtOnce() throws IOException {
    TinyTrees.folder(root, 0, 1, 2, 3, 77, 5);
    Files.delete(root.resolve("images/n0.png"));
    Files.delete(root.resolve("labels/n1.png"));
    truncate(root.resolve("images/n2.png"));
    TinyTrees.greyLabels(root.resolve("labels/n3.png"), 3, 9, 9);
    Dataset folder = open("folder", "all");

    DataReport full = DataCheck.check(folder, Depth.FULL, pool);
    assertThat(full.problems()).hasSize(5);
    assertThat(full.problems().get(0)).contains("n0.png", "no such file");
    assertThat(full.problems().get(1)).contains("labels", "n1.png", "no such file");
    assertThat(full.problems().get(2)).contains("n2.png", "corrupt");
    assertThat(full.problems().get(3)).contains("n3.png", "9x9", "6x4");
    assertThat(full.problems().get(4)).contains("n4.png", "77 (24 pixels)");
    assertThat(full.render()).contains("5 problems", "  problem: ");

    DataReport headers = DataCheck.check(folder, Depth.HEADERS, pool);
    assertThat(headers.problems()).as("all but the unknown id").hasSize(4);
  }

  @Test
  void otherSizesAreOnlyRemarkedInGta5() {
    TinyTrees.image(root.resolve("images/00001.png"), 1);
    TinyTrees.greyLabels(root.resolve("labels/00001.png"), 7, 3, 2);
    DataReport report = DataCheck.check(open("gta5", "train"), Depth.FULL, pool);
    assertThat(report.ok()).isTrue();
    assertThat(report.remarks()).singleElement().asString().contains("3x2", "6x4");
  }

  @Test
  void unlabelledDataAreCheckedForTheirImages() throws IOException {
    TinyTrees.image(root.resolve("images/a.png"), 1);
    TinyTrees.image(root.resolve("images/b.png"), 1);
    truncate(root.resolve("images/b.png"));
    DataReport report = DataCheck.check(open("folder", "all"), Depth.HEADERS, pool);
    assertThat(report.labelled()).isFalse();
    assertThat(report.problems()).singleElement().asString().contains("b.png");
  }

  private DataReport beforeTraining(Dataset dataset) throws IOException {
    return DataCheck.onceInFull(
        dataset, DataCheck.check(dataset, Depth.HEADERS, pool), cache, pool);
  }

  @Test
  void filesAreDecodedOnceBeforeTrainingAndAgainWhenTheyChange() throws IOException {
    TinyTrees.folder(root, 0, 1);
    assertThat(beforeTraining(open("folder", "all")).depth()).isEqualTo(Depth.FULL);
    assertThat(beforeTraining(open("folder", "all")).depth()).isEqualTo(Depth.HEADERS);
    TinyTrees.paletteLabels(root.resolve("labels/n1.png"), 77, 8);
    DataReport changed = beforeTraining(open("folder", "all"));
    assertThat(changed.depth()).isEqualTo(Depth.FULL);
    assertThat(changed.problems()).singleElement().asString().contains("n1.png", "77");
  }
}
