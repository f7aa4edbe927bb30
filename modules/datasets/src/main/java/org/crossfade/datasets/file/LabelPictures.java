package org.crossfade.datasets.file;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.label.LabelSpace;

/**
 * Label maps as pictures. Files are written aside and moved into place, so that a reader never sees
 * half of one; missing folders are made.
 */
public final class LabelPictures {
  private LabelPictures() {}

  /**
   * Writes an 8-bit palette PNG whose index is the train id of {@code space} (255 = ignored) and
   * whose colours are Cityscapes'. It is the format in which FADA keeps pseudo labels, and is read
   * back by {@link LabelFiles} with {@link
   * org.crossfade.core.label.RawLabelTable#trainIds(LabelSpace)}.
   */
  public static void writeTrainIds(Path file, LabelMap labels, LabelSpace space)
      throws IOException {
    writePng(file, trainIds(labels, space));
  }

  /** Returns the file that {@link #writeTrainIds} writes. */
  public static byte[] trainIdsPng(LabelMap labels, LabelSpace space) throws IOException {
    return png(trainIds(labels, space));
  }

  private static BufferedImage trainIds(LabelMap labels, LabelSpace space) {
    byte[] red = new byte[256];
    byte[] green = new byte[256];
    byte[] blue = new byte[256];
    for (int id = 0; id < 256; id++) {
      int rgb = space.rgb(id);
      red[id] = (byte) (rgb >> 16);
      green[id] = (byte) (rgb >> 8);
      blue[id] = (byte) rgb;
    }
    BufferedImage picture =
        new BufferedImage(
            labels.width(),
            labels.height(),
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, 256, red, green, blue));
    copyInto(picture, labels.trainIds());
    return picture;
  }

  /** Writes an 8-bit grey PNG of ids, as raw label files are. */
  public static void writeIds(Path file, LabelMap ids) throws IOException {
    BufferedImage picture =
        new BufferedImage(ids.width(), ids.height(), BufferedImage.TYPE_BYTE_GRAY);
    copyInto(picture, ids.trainIds());
    writePng(file, picture);
  }

  /** The labels in Cityscapes' colours; black where ignored. */
  public static Image colours(LabelMap labels, LabelSpace space) {
    byte[] ids = labels.trainIds();
    byte[] rgb = new byte[ids.length * 3];
    for (int i = 0; i < ids.length; i++) {
      int colour = space.rgb(ids[i] & 0xFF);
      rgb[3 * i] = (byte) (colour >> 16);
      rgb[3 * i + 1] = (byte) (colour >> 8);
      rgb[3 * i + 2] = (byte) colour;
    }
    return new Image(labels.height(), labels.width(), rgb);
  }

  /**
   * The labels' colours over the image; ignored pixels show the image alone.
   *
   * @param opacity of the colours, 0 to 1
   */
  public static Image overlay(Image image, LabelMap labels, LabelSpace space, double opacity) {
    if (image.height() != labels.height() || image.width() != labels.width()) {
      throw new IllegalArgumentException("cannot lay a " + labels + " over an " + image);
    }
    if (!(opacity >= 0 && opacity <= 1)) {
      throw new IllegalArgumentException("the opacity must lie in 0..1, found " + opacity);
    }
    byte[] ids = labels.trainIds();
    byte[] rgb = image.rgb().clone();
    byte[] colours = colours(labels, space).rgb();
    for (int i = 0; i < ids.length; i++) {
      if ((ids[i] & 0xFF) < space.classes()) {
        for (int c = 3 * i; c < 3 * i + 3; c++) {
          rgb[c] =
              (byte) Math.round((1 - opacity) * (rgb[c] & 0xFF) + opacity * (colours[c] & 0xFF));
        }
      }
    }
    return new Image(image.height(), image.width(), rgb);
  }

  /** Writes an RGB PNG. */
  public static void writeImage(Path file, Image image) throws IOException {
    writePng(file, Pictures.picture(image));
  }

  /** Returns the file that {@link #writeImage} writes. */
  public static byte[] imagePng(Image image) throws IOException {
    return png(Pictures.picture(image));
  }

  private static void copyInto(BufferedImage picture, byte[] samples) {
    byte[] data = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    System.arraycopy(samples, 0, data, 0, samples.length);
  }

  private static byte[] png(BufferedImage picture) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(png)) {
      if (!ImageIO.write(picture, "png", stream)) {
        throw new IOException("this Java runtime has no PNG writer for such pictures");
      }
    }
    return png.toByteArray();
  }

  private static void writePng(Path file, BufferedImage picture) throws IOException {
    byte[] png = png(picture);
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path aside = Files.createTempFile(folder, file.getFileName().toString(), ".part");
    try {
      Files.write(aside, png);
      Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
  }
}
