package org.crossfade.datasets.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.label.LabelSpace;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.datasets.TinyTrees;
import org.crossfade.datasets.file.LabelFiles.Channel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures as cameras, phones and web sites leave them. */
class PhotographsTest {
  private static final int ORIENTATION = 0x0112;
  private static final int APP1 = 0xE1;
  private static final int APP2 = 0xE2;

  @TempDir Path folder;
  private Path png;
  private Path jpeg;

  @BeforeEach
  void writePictures() throws IOException {
    png = folder.resolve("p.png");
    jpeg = folder.resolve("p.jpg");
    // 1 2 3
    // 4 5 6
    byte[] rgb = new byte[18];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3 + 1);
    }
    LabelPictures.writeImage(png, new Image(2, 3, rgb));
    BufferedImage picture = new BufferedImage(16, 8, BufferedImage.TYPE_3BYTE_BGR);
    for (int x = 0; x < 16; x++) {
      for (int y = 0; y < 8; y++) {
        picture.setRGB(x, y, x < 8 ? 0xC0C0C0 : 0x202020);
      }
    }
    TinyTrees.write(jpeg, picture, "jpg");
  }

  private static byte[] exif(int orientation, ByteOrder order) {
    ByteBuffer tiff = ByteBuffer.allocate(26).order(order);
    tiff.put((order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").getBytes(StandardCharsets.US_ASCII));
    tiff.putShort((short) 42).putInt(8).putShort((short) 1);
    tiff.putShort((short) ORIENTATION).putShort((short) 3).putInt(1);
    tiff.putShort((short) orientation).putShort((short) 0);
    return tiff.array();
  }

  private static byte[] segment(int marker, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteBuffer segment = ByteBuffer.allocate(4 + length);
    segment.put((byte) 0xFF).put((byte) marker).putShort((short) (length + 2));
    Arrays.stream(parts).forEach(segment::put);
    return segment.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Puts bytes behind the first {@code at} of a file. */
  private static void insert(Path file, int at, byte[] bytes) throws IOException {
    byte[] before = Files.readAllBytes(file);
    var out = new ByteArrayOutputStream();
    out.write(before, 0, at);
    out.write(bytes);
    out.write(before, at, before.length - at);
    Files.write(file, out.toByteArray());
  }

  private static byte[] chunk(String type, byte[] data) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + data.length);
    chunk.putInt(data.length).put(ascii(type)).put(data);
    CRC32 checksum = new CRC32();
    checksum.update(chunk.array(), 4, 4 + data.length);
    return chunk.putInt((int) checksum.getValue()).array();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3x2, 123456",
    "2, 3x2, 321654",
    "3, 3x2, 654321",
    "4, 3x2, 456123",
    "5, 2x3, 142536",
    "6, 2x3, 415263",
    "7, 2x3, 635241",
    "8, 2x3, 362514",
    "9, 3x2, 123456"
  })
  void imagesAreTurnedAsViewersTurnThem(int orientation, String size, String pixels)
      throws IOException {
    insert(png, 33, chunk("eXIf", exif(orientation, ByteOrder.BIG_ENDIAN)));
    Image image = ImageFiles.read(png);
    StringBuilder found = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      found.append(image.rgb()[3 * i + 2]);
    }
    assertThat(found).hasToString(pixels);
    assertThat(ImageFiles.size(png)).hasToString(size);
    assertThat(new PixelSize(image.width(), image.height())).hasToString(size);
    assertThat(ImageFiles.header(png).stored()).hasToString("3x2");
  }

  @Test
  void aPhonesJpegIsTurned() throws IOException {
    Image flat = ImageFiles.read(jpeg);
    insert(jpeg, 2, segment(APP1, ascii("Exif\0\0"), exif(6, ByteOrder.LITTLE_ENDIAN)));
    Image turned = ImageFiles.read(jpeg);
    assertThat(ImageFiles.size(jpeg)).hasToString("8x16");
    assertThat(turned.height()).isEqualTo(16);
    // A quarter turn to the right: what was left is above.
    assertThat(turned.rgb()[0]).isEqualTo(flat.rgb()[0]);
    assertThat(turned.rgb()[turned.rgb().length - 1]).isEqualTo(flat.rgb()[3 * 15]);
  }

  @Test
  void brokenExifTurnsNothing() throws IOException {
    byte[] broken = exif(6, ByteOrder.BIG_ENDIAN);
    broken[7] = 127;
    insert(jpeg, 2, segment(APP1, ascii("Exif\0\0"), broken));
    insert(jpeg, 2, segment(APP1, ascii("Exif\0\0")));
    insert(jpeg, 2, segment(APP1, ascii("http://ns.adobe.com/xap/1.0/\0<x/>")));
    assertThat(ImageFiles.size(jpeg)).hasToString("16x8");
    assertThat(ImageFiles.read(jpeg).width()).isEqualTo(16);
  }

  @Test
  void aBrokenColourProfileDoesNotMatter() throws IOException {
    Image without = ImageFiles.read(jpeg);
    byte[] profile = new byte[140];
    insert(jpeg, 2, segment(APP2, ascii("ICC_PROFILE\0"), new byte[] {1, 1}, profile));
    insert(jpeg, 2, segment(APP2, ascii("FPXR\0")));
    assertThat(ImageFiles.read(jpeg)).isEqualTo(without);
    assertThat(ImageFiles.size(jpeg)).hasToString("16x8");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 11, 12, 13, 200})
  void bytesBehindTheEndOfPngsDoNotMatter(int padding) throws IOException {
    Image before = ImageFiles.read(png);
    Files.write(png, Arrays.copyOf(Files.readAllBytes(png), (int) Files.size(png) + padding));
    assertThat(ImageFiles.read(png)).isEqualTo(before);
    assertThat(ImageFiles.size(png)).hasToString("3x2");
  }

  @Test
  void jpegMasksAreRefusedByBothChecks() {
    LabelFiles reader = new LabelFiles(RawLabelTable.trainIds(LabelSpace.of(19)), Channel.ONLY);
    TinyTrees.write(jpeg, new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY), "jpg");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> reader.decode(jpeg))
        .withMessageContainingAll(jpeg.toString(), "JPEG", "can't be a label file");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> reader.size(jpeg))
        .withMessageContaining("can't be a label file");
  }

  @Test
  @Timeout(20)
  void aPipeIsNotWaitedFor() throws Exception {
    Path pipe = folder.resolve("pipe.png");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageFiles.read(pipe))
        .withMessage(pipe + ": expected an image file, found a pipe or a device");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageFiles.size(pipe))
        .withMessageContaining("a pipe or a device");
  }

  @Test
  void aLinkToNowhereSaysWhereItPoints() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link.png"), Path.of("/nowhere/a.png"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageFiles.read(link))
        .withMessage(link + ": no such file: it is a link to /nowhere/a.png");
  }

  private void sayTheSize(int width, int height) throws IOException {
    byte[] bytes = Files.readAllBytes(png);
    ByteBuffer header = ByteBuffer.wrap(bytes);
    header.putInt(16, width).putInt(20, height);
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 12, 17);
    header.putInt(29, (int) checksum.getValue());
    Files.write(png, bytes);
  }

  @Test
  void anImageLargerThanMemoryNamesFileSizeNeedAndRemedy() throws IOException {
    // 26,000 x 27,000 pixels need 4 GB; tests have less.
    sayTheSize(26_000, 27_000);
    long needed = ((26_000L * 27_000 * 6 + Files.size(png)) >> 20) + 1;
    assumeTrue(Runtime.getRuntime().maxMemory() < 4L << 30);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageFiles.read(png))
        .withMessageStartingWith(png + ": 26000x27000 pixels need " + needed + " MB")
        .withMessageContainingAll("-Xmx", "smaller")
        .withMessageNotContaining("corrupt");
    assertThat(ImageFiles.size(png)).as("the header is sound").hasToString("26000x27000");
  }

  @Test
  void anImageLargerThanAnArrayIsNotCalledCorrupt() throws IOException {
    sayTheSize(100_000, 100_000);
    for (boolean whole : new boolean[] {true, false}) {
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(() -> read(whole))
          .withMessageContainingAll(png.toString(), "100000x100000", "715 million")
          .withMessageNotContaining("corrupt");
    }
  }

  private Object read(boolean whole) {
    return whole ? ImageFiles.read(png) : ImageFiles.size(png);
  }
}
