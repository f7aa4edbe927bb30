package org.crossfade.datasets;

import java.awt.Point;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.crossfade.core.data.Image;
import org.crossfade.datasets.file.LabelPictures;

/** Writes data sets of a few pixels in the published trees and file formats. */
public final class TinyTrees {
  public static final int HEIGHT = 4;
  public static final int WIDTH = 6;

  private TinyTrees() {}

  /** An RGB PNG of {@link #WIDTH} x {@link #HEIGHT} pixels of one grey. */
  public static void image(Path file, int grey) {
    image(file, grey, WIDTH, HEIGHT);
  }

  public static void image(Path file, int grey, int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    Arrays.fill(rgb, (byte) grey);
    try {
      LabelPictures.writeImage(file, new Image(height, width, rgb));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An 8-bit grey PNG in which every pixel holds that id. */
  public static void greyLabels(Path file, int id) {
    write(file, filled(new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY), id));
  }

  public static void greyLabels(Path file, int id, int width, int height) {
    write(file, filled(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY), id));
  }

  /** A palette PNG, as GTA5's: the index is the id, the colour says something else. */
  public static void paletteLabels(Path file, int id, int bits) {
    byte[] channel = new byte[1 << bits];
    for (int i = 0; i < channel.length; i++) {
      channel[i] = (byte) (200 - i);
    }
    IndexColorModel palette = new IndexColorModel(bits, channel.length, channel, channel, channel);
    int type = bits == 8 ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_BYTE_BINARY;
    write(file, filled(new BufferedImage(WIDTH, HEIGHT, type, palette), id));
  }

  /** A 16-bit RGB PNG, as SYNTHIA's: the first channel is the id, the others count instances. */
  public static void synthiaLabels(Path file, int id) {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, WIDTH, HEIGHT, 3, new Point());
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        raster.setPixel(x, y, new int[] {id, 1000 * y, x});
      }
    }
    ComponentColorModel colours =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    write(file, new BufferedImage(colours, raster, false, null));
  }

  public static void write(Path file, BufferedImage picture) {
    write(file, picture, "png");
  }

  public static void write(Path file, BufferedImage picture, String format) {
    try {
      Files.createDirectories(file.getParent());
      if (!ImageIO.write(picture, format, file.toFile())) {
        throw new IllegalStateException("no writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A plain folder of labelled images: image i is grey i, its labels all {@code ids[i]}. */
  public static Path folder(Path root, int... ids) {
    for (int i = 0; i < ids.length; i++) {
      image(root.resolve("images/n" + i + ".png"), i);
      greyLabels(root.resolve("labels/n" + i + ".png"), ids[i]);
    }
    return root;
  }

  private static BufferedImage filled(BufferedImage picture, int id) {
    WritableRaster raster = picture.getRaster();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        raster.setSample(x, y, 0, id);
      }
    }
    return picture;
  }
}
