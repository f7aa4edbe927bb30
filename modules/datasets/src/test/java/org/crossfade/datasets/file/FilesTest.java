package org.crossfade.datasets.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.datasets.TinyTrees;
import org.crossfade.datasets.file.LabelFiles.Channel;
import org.crossfade.datasets.kind.Cityscapes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilesTest {
  private static final LabelSpace NINETEEN = LabelSpace.of(19);

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("picture.png");
  }

  @Test
  void imageSurvivesWritingAndReading() throws IOException {
    byte[] rgb = new byte[2 * 3 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 14);
    }
    Image image = new Image(2, 3, rgb);
    LabelPictures.writeImage(file, image);
    assertThat(ImageFiles.read(file)).isEqualTo(image);
    assertThat(ImageFiles.size(file)).isEqualTo(new PixelSize(3, 2));
    assertThat(folder.toFile().list()).as("nothing is left aside").containsExactly("picture.png");
  }

  @Test
  void greyImagesAreRepeatedWithoutGammaCorrection() {
    BufferedImage grey = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(0, 0, 0, 100);
    TinyTrees.write(file, grey);
    assertThat(ImageFiles.read(file).rgb()).containsExactly(100, 100, 100);
  }

  @Test
  void alphaIsDroppedNotMultiplied() {
    BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    picture.setRGB(0, 0, 0x40C86432);
    TinyTrees.write(file, picture);
    assertThat(ImageFiles.read(file).rgb()).containsExactly(200, 100, 50);
  }

  @Test
  void paletteImagesAreLookedUp() {
    TinyTrees.paletteLabels(file, 3, 4);
    assertThat(ImageFiles.read(file).rgb()).containsOnly((byte) 197);
  }

  @Test
  void jpegIsRead() {
    BufferedImage picture = new BufferedImage(16, 8, BufferedImage.TYPE_3BYTE_BGR);
    Path jpeg = folder.resolve("picture.jpg");
    TinyTrees.write(jpeg, picture, "jpg");
    assertThat(ImageFiles.read(jpeg)).isEqualTo(new Image(8, 16, new byte[16 * 8 * 3]));
    assertThat(ImageFiles.size(jpeg)).isEqualTo(new PixelSize(16, 8));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void labelsArePaletteIndicesAtAnyDepth(int bits) {
    TinyTrees.paletteLabels(file, 1, bits);
    LabelMap labels = new LabelFiles(RawLabelTable.trainIds(NINETEEN), Channel.ONLY).read(file);
    assertThat(labels.trainIds()).containsOnly(1);
  }

  @Test
  void trainIdPngKeepsIdsAndShowsTheirColours() throws IOException {
    LabelMap labels = new LabelMap(1, 3, new byte[] {0, 12, (byte) 255});
    LabelSpace thirteen = LabelSpace.of(13);
    LabelPictures.writeTrainIds(file, labels, thirteen);
    assertThat(new LabelFiles(RawLabelTable.trainIds(thirteen), Channel.ONLY).read(file))
        .isEqualTo(labels);
    assertThat(ImageFiles.read(file)).isEqualTo(LabelPictures.colours(labels, thirteen));
  }

  @Test
  void overlayLeavesIgnoredPixelsAsTheyAre() {
    Image image = new Image(1, 2, new byte[] {10, 20, 30, 10, 20, 30});
    LabelMap labels = new LabelMap(1, 2, new byte[] {0, (byte) 255});
    assertThat(LabelPictures.overlay(image, labels, NINETEEN, 0.5).rgb())
        .containsExactly(69, 42, 79, 10, 20, 30);
  }

  @Test
  void unknownIdsNameFileIdsAndCoding() {
    TinyTrees.greyLabels(file, 77);
    LabelFiles reader =
        new LabelFiles(RawLabelTable.of("cityscapes", NINETEEN, Cityscapes.RAW_IDS), Channel.ONLY);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> reader.read(file))
        .withMessageContainingAll(file.toString(), "77 (24 pixels)", "cityscapes");
    assertThat(reader.decode(file).labels().trainIds()).containsOnly((byte) 255);
  }

  @Test
  void colourPictureIsNoLabelFile() {
    TinyTrees.image(file, 7);
    LabelFiles reader =
        new LabelFiles(RawLabelTable.of("cityscapes", NINETEEN, Cityscapes.RAW_IDS), Channel.ONLY);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> reader.read(file))
        .withMessageContainingAll(file.toString(), "3 channels", "colour picture");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 30, 60, -13, -1})
  void truncatedPngIsCorruptToBothChecks(int length) throws IOException {
    TinyTrees.image(file, 200);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageFiles.read(file))
        .withMessageContaining(file.toString());
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageFiles.size(file))
        .withMessageContaining(file.toString());
  }

  @Test
  void flippedBitIsNoticed() throws IOException {
    TinyTrees.image(file, 200);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 20] ^= 4;
    Files.write(file, bytes);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageFiles.read(file))
        .withMessageContainingAll(file.toString(), "checksum");
  }

  @Test
  void truncatedJpegIsCorrupt() throws IOException {
    Path jpeg = folder.resolve("picture.jpg");
    TinyTrees.write(jpeg, new BufferedImage(64, 64, BufferedImage.TYPE_3BYTE_BGR), "jpg");
    byte[] bytes = Files.readAllBytes(jpeg);
    Files.write(jpeg, Arrays.copyOf(bytes, bytes.length - 20));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageFiles.read(jpeg))
        .withMessageContainingAll(jpeg.toString(), "corrupt");
  }

  @Test
  void missingAndForeignFilesAreNamed() throws IOException {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageFiles.read(file))
        .withMessage(file + ": no such file");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageFiles.size(file))
        .withMessage(file + ": no such file");
    Files.writeString(file, "<html>404, not found, and many more words</html>");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageFiles.read(file))
        .withMessageContainingAll(file.toString(), "PNG or JPEG");
  }
}
