package org.crossfade.datasets.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.zip.CRC32;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.datasets.DataOptions;
import org.crossfade.datasets.DataRoots;
import org.crossfade.datasets.TinyTrees;
import org.crossfade.datasets.check.DataCheck.Depth;
import org.crossfade.datasets.decoding.DecodingPool;
import org.crossfade.datasets.file.LabelPictures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels are doubted: what can't be is refused, what is unlikely is said. */
class LabelDoubtsTest {
  private static final LabelSpace NINETEEN = LabelSpace.of(19);
  private static final int SIDE = 16;
  private static final int[] RAW_IDS = {
    7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33
  };

  /** Sky, building, car, road from above. */
  private static final int[] SCENE = {10, 2, 13, 0};

  @TempDir Path root;

  /** A label file whose four bands hold what {@code idOfTrainId} makes of the scene's classes. */
  private void labels(String name, IntUnaryOperator idOfTrainId, IntUnaryOperator rgbOfId) {
    byte[] red = new byte[256];
    byte[] green = new byte[256];
    byte[] blue = new byte[256];
    for (int id = 0; id < 256; id++) {
      int rgb = rgbOfId.applyAsInt(id);
      red[id] = (byte) (rgb >> 16);
      green[id] = (byte) (rgb >> 8);
      blue[id] = (byte) rgb;
    }
    var picture =
        new BufferedImage(
            SIDE,
            SIDE,
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, 256, red, green, blue));
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int id = idOfTrainId.applyAsInt(SCENE[4 * y / SIDE]);
        picture.getRaster().setSample(x, y, 0, id);
      }
    }
    TinyTrees.write(root.resolve("labels/" + name + ".png"), picture);
    TinyTrees.image(root.resolve("images/" + name + ".png"), 5, SIDE, SIDE);
  }

  private static int raw(int trainId) {
    return RAW_IDS[trainId];
  }

  /** The published palette: each raw id in its class's colour. */
  private static int published(int raw) {
    for (int id = 0; id < RAW_IDS.length; id++) {
      if (RAW_IDS[id] == raw) {
        return NINETEEN.rgb(id);
      }
    }
    return 0;
  }

  private DataReport check(String kind, Depth depth) {
    try (var pool = new DecodingPool(1)) {
      return DataCheck.check(
          DataOptions.read("alias = x, kind = " + kind)
              .open(NINETEEN, DataRoots.parse(List.of("x=" + root), Map.of())),
          depth,
          pool);
    }
  }

  private DataReport gta5() {
    return check("gta5, split = train", Depth.FULL);
  }

  @Test
  void publishedLabelsAreNotDoubted() {
    labels("a", LabelDoubtsTest::raw, LabelDoubtsTest::published);
    labels("b", LabelDoubtsTest::raw, id -> 0x123456);
    DataReport report = gta5();
    assertThat(report.problems()).isEmpty();
    assertThat(report.warnings()).isEmpty();
    assertThat(report.render()).contains("0 problems\n");
  }

  @Test
  void aPaletteThatWasSortedAnewIsRefused() {
    labels("a", LabelDoubtsTest::raw, LabelDoubtsTest::published);
    List<Integer> sorted = List.of(0, 2, 10, 13);
    labels("b", sorted::indexOf, index -> index < 4 ? NINETEEN.rgb(sorted.get(index)) : 0);
    assertThat(gta5().problems())
        .singleElement()
        .asString()
        .contains("b.png", "palette contradicts", "id 0 is ignored", "colour of 'road'", "4 of 4");
  }

  @Test
  void trainIdsUnderTheNamesOfRawIdsAreDoubted() {
    labels("a", LabelDoubtsTest::raw, LabelDoubtsTest::published);
    labels("b", trainId -> trainId, id -> 0x123456);
    DataReport report = gta5();
    assertThat(report.problems()).isEmpty();
    assertThat(report.warnings())
        .singleElement()
        .asString()
        .contains("1 of 2 label files", "b.png first", "no id above 18", "raw ids?");
    assertThat(report.render()).contains("0 problems, 1 warning\n", "  warning: 1 of 2");
  }

  @Test
  void trainIdsWithTheirPaletteAreRefusedAsRawIds() throws IOException {
    labels("a", trainId -> trainId, NINETEEN::rgb);
    assertThat(gta5().problems()).singleElement().asString().contains("palette contradicts");
    assertThat(check("folder, split = all", Depth.FULL).problems()).isEmpty();
  }

  @Test
  void theSkyBelowTheRoadIsDoubted() {
    labels("a", trainId -> trainId == 0 ? 10 : trainId == 10 ? 0 : trainId, id -> 0x123456);
    assertThat(check("folder, split = all", Depth.FULL).warnings())
        .singleElement()
        .asString()
        .contains("sky below the road");
  }

  @Test
  void masksOfOneClassAndSpecklesAndIgnoredPixelsAreDoubted() {
    labels("a", trainId -> trainId == 10 ? 0 : 255, id -> 0x123456);
    labels("b", trainId -> trainId == 10 ? 0 : 255, id -> 0x123456);
    assertThat(check("folder, split = all", Depth.FULL).warnings())
        .containsExactly(
            "all labels are 'road'; are these masks of something else, or another coding than"
                + " 'train-ids-19'?");
    labels("a", trainId -> 255, id -> 0x123456);
    labels("b", trainId -> 255, id -> 0x123456);
    assertThat(check("folder, split = all", Depth.FULL).warnings())
        .singleElement()
        .asString()
        .startsWith("100.0 % of the pixels are ignored");
  }

  @Test
  void speckledLabelsAreDoubted() throws IOException {
    byte[] ids = new byte[SIDE * SIDE];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (byte) (i * 7 % 5);
    }
    TinyTrees.image(root.resolve("images/a.png"), 5, SIDE, SIDE);
    LabelPictures.writeTrainIds(
        root.resolve("labels/a.png"), new LabelMap(SIDE, SIDE, ids), NINETEEN);
    assertThat(check("folder, split = all", Depth.FULL).warnings())
        .singleElement()
        .asString()
        .contains("a.png first", "speckled");
  }

  @Test
  void theImageItselfIsNoLabelFile() throws IOException {
    TinyTrees.greyLabels(root.resolve("images/a.png"), 3);
    Files.createDirectories(root.resolve("labels"));
    Files.copy(root.resolve("images/a.png"), root.resolve("labels/a.png"));
    for (Depth depth : Depth.values()) {
      assertThat(check("folder, split = all", depth).problems())
          .singleElement()
          .asString()
          .contains("labels/a.png", "is the image itself");
    }
  }

  private void turn(int orientation) throws IOException {
    Path image = root.resolve("images/a.png");
    byte[] bytes = Files.readAllBytes(image);
    ByteBuffer chunk = ByteBuffer.allocate(38);
    chunk.putInt(26).putInt(0x65584966).putShort((short) 0x4D4D).putShort((short) 42).putInt(8);
    chunk.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
    chunk.putShort((short) orientation).putShort((short) 0).putInt(0);
    var checksum = new CRC32();
    checksum.update(chunk.array(), 4, 30);
    chunk.putInt((int) checksum.getValue());
    ByteBuffer all = ByteBuffer.allocate(bytes.length + 38);
    all.put(bytes, 0, 33).put(chunk.array()).put(bytes, 33, bytes.length - 33);
    Files.write(image, all.array());
  }

  @Test
  void aMaskThatFitsOnlyTheUnturnedPictureIsRefused() throws IOException {
    TinyTrees.image(root.resolve("images/a.png"), 5);
    TinyTrees.greyLabels(root.resolve("labels/a.png"), 3);
    turn(6);
    for (Depth depth : Depth.values()) {
      for (String kind : List.of("folder, split = all", "gta5, split = train")) {
        assertThat(check(kind, depth).problems())
            .singleElement()
            .asString()
            .contains("label map is 6x4", "is 4x6", "EXIF orientation (6)", "turn the label map");
      }
    }
    TinyTrees.greyLabels(root.resolve("labels/a.png"), 3, 4, 6);
    assertThat(check("folder, split = all", Depth.FULL).problems()).isEmpty();
  }

  @Test
  void whereSizesCantTellHowAMaskLiesItIsSaid() throws IOException {
    TinyTrees.image(root.resolve("images/a.png"), 5);
    TinyTrees.greyLabels(root.resolve("labels/a.png"), 3);
    turn(3);
    assertThat(check("folder, split = all", Depth.HEADERS).warnings())
        .singleElement()
        .asString()
        .contains("1 images (a first)", "sizes can't tell");
  }
}
