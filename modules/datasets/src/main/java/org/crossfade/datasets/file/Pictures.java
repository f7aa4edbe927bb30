package org.crossfade.datasets.file;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.LabelMap;

/** Java's pictures as images and label maps, and back. */
public final class Pictures {
  private static final int MOST = 255;

  private Pictures() {}

  /**
   * The image of a picture. Palettes are looked up, grey is repeated over the three channels, alpha
   * is dropped, and of 16-bit samples the high byte is kept; samples of any other kind are what
   * {@link BufferedImage#getRGB} makes of them.
   */
  public static Image image(BufferedImage picture) {
    Raster raster = picture.getRaster();
    int height = picture.getHeight();
    int width = picture.getWidth();
    byte[] rgb = new byte[height * width * 3];
    if (picture.getColorModel() instanceof IndexColorModel palette) {
      fillFromPalette(raster, palette, rgb);
    } else if (readable(picture)) {
      fillFromSamples(raster, rgb);
    } else {
      fillFromColours(picture, rgb);
    }
    return new Image(height, width, rgb);
  }

  /** Whether samples are a palette's, or have 8 or 16 bits and are what they seem. */
  static boolean readable(BufferedImage picture) {
    int bits = picture.getSampleModel().getSampleSize(0);
    return picture.getColorModel() instanceof IndexColorModel
        || ((bits == 8 || bits == 16) && !picture.isAlphaPremultiplied());
  }

  /**
   * The class ids in a picture: its first channel, or the index of a palette, never a colour.
   *
   * @throws IllegalArgumentException if one is above 255
   */
  public static LabelMap ids(BufferedImage picture) {
    int width = picture.getWidth();
    byte[] ids = new byte[picture.getHeight() * width];
    int[] row = new int[width];
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRaster().getSamples(0, y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        if (row[x] > MOST) {
          throw new IllegalArgumentException(
              "the label at column %d, row %d is %d; ids are 0 to 254, and 255 where a pixel is ignored"
                  .formatted(x, y, row[x]));
        }
        ids[y * width + x] = (byte) row[x];
      }
    }
    return new LabelMap(picture.getHeight(), width, ids);
  }

  /** A picture of an image, of the type {@link BufferedImage#TYPE_3BYTE_BGR}. */
  public static BufferedImage picture(Image image) {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] rgb = image.rgb();
    byte[] bgr = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < rgb.length; i += 3) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    return picture;
  }

  private static void fillFromColours(BufferedImage picture, byte[] rgb) {
    int at = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int colour = picture.getRGB(x, y);
        rgb[at++] = (byte) (colour >> 16);
        rgb[at++] = (byte) (colour >> 8);
        rgb[at++] = (byte) colour;
      }
    }
  }

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

  private static void fillFromSamples(Raster raster, byte[] rgb) {
    int bits = raster.getSampleModel().getSampleSize(0);
    if (bits == 8
        && raster.getDataBuffer() instanceof DataBufferByte bytes
        && raster.getSampleModel() instanceof ComponentSampleModel model
        // A part of a picture shares its array.
        && raster.getSampleModelTranslateX() == 0
        && raster.getSampleModelTranslateY() == 0) {
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
