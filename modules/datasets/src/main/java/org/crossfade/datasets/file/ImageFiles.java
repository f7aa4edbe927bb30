package org.crossfade.datasets.file;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.nio.file.Path;
import java.util.Optional;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.PixelSize;

/** Reads colour images. Safe from several threads. */
public final class ImageFiles {
  private ImageFiles() {}

  /**
   * The image in a PNG or JPEG file. Palette images are looked up, grey is repeated over the three
   * channels, alpha is dropped, and of 16-bit samples the high byte is kept. No colour profile is
   * applied: the values are those that the file holds. The image is turned as its EXIF orientation
   * says, as viewers do.
   *
   * @throws org.crossfade.core.data.DataException naming the file, if it is missing or corrupt
   */
  public static Image read(Path file) {
    RasterFile.Decoded raw = RasterFile.decode(file, Optional.empty(), 3);
    BufferedImage decoded = raw.picture();
    Raster raster = decoded.getRaster();
    int height = decoded.getHeight();
    int width = decoded.getWidth();
    byte[] rgb = new byte[height * width * 3];
    if (decoded.getColorModel() instanceof IndexColorModel palette) {
      fillFromPalette(raster, palette, rgb);
    } else {
      fillFromSamples(file, raster, rgb);
    }
    return raw.header().orientation().turned(new Image(height, width, rgb));
  }

  /**
   * The size of the image that {@link #read} answers, from the file's header; the pixels are not
   * decoded.
   *
   * @throws org.crossfade.core.data.DataException naming the file, if it is missing or has no
   *     readable header
   */
  public static PixelSize size(Path file) {
    return header(file).size();
  }

  /**
   * What a file's header says; the pixels are not decoded.
   *
   * @throws org.crossfade.core.data.DataException naming the file, if it is missing or has no
   *     readable header
   */
  public static Header header(Path file) {
    RasterHeader header = RasterFile.header(file, Optional.empty());
    return new Header(header.shown(), header.stored(), header.orientation().tag());
  }

  /**
   * What a file's header says.
   *
   * @param size of the image as it is read
   * @param stored size of the picture before it is turned
   * @param orientation EXIF's, 1 to 8; 1 turns nothing
   */
  public record Header(PixelSize size, PixelSize stored, int orientation) {}

  private static void fillFromPalette(Raster raster, IndexColorModel palette, byte[] rgb) {
    int width = raster.getWidth();
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        int colour = palette.getRGB(row[x]);
        rgb[at++] = (byte) (colour >> 16);
        rgb[at++] = (byte) (colour >> 8);
        rgb[at++] = (byte) colour;
      }
    }
  }

  private static void fillFromSamples(Path file, Raster raster, byte[] rgb) {
    int bits = raster.getSampleModel().getSampleSize(0);
    if (bits != 8 && bits != 16) {
      throw RasterFile.corrupt(file, bits + " bits a sample, where 8 or 16 are expected", null);
    }
    if (bits == 8
        && raster.getDataBuffer() instanceof DataBufferByte bytes
        && raster.getSampleModel() instanceof ComponentSampleModel model) {
      fillFromBytes(raster, model, bytes, rgb);
      return;
    }
    int shift = bits - 8;
    int bands = raster.getNumBands();
    int green = bands < 3 ? 0 : 1;
    int blue = bands < 3 ? 0 : 2;
    int width = raster.getWidth();
    int[] row = new int[width * bands];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int pixel = x * bands;
        rgb[at++] = (byte) (row[pixel] >> shift);
        rgb[at++] = (byte) (row[pixel + green] >> shift);
        rgb[at++] = (byte) (row[pixel + blue] >> shift);
      }
    }
  }

  /** The same for samples that lie in one array, without an int for each. */
  private static void fillFromBytes(
      Raster raster, ComponentSampleModel model, DataBufferByte bytes, byte[] rgb) {
    int[] offsets = model.getBandOffsets();
    int bands = offsets.length;
    int green = offsets[bands < 3 ? 0 : 1];
    int blue = offsets[bands < 3 ? 0 : 2];
    int step = model.getPixelStride();
    byte[] in = bytes.getData();
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      int pixel = bytes.getOffset() + y * model.getScanlineStride();
      for (int x = 0; x < raster.getWidth(); x++, pixel += step) {
        rgb[at++] = in[pixel + offsets[0]];
        rgb[at++] = in[pixel + green];
        rgb[at++] = in[pixel + blue];
      }
    }
  }
}
