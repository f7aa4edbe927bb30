package org.crossfade.datasets.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.crossfade.core.data.Image;
import org.crossfade.core.data.PixelSize;

/**
 * How a picture is turned to be looked at, as EXIF's tag 0x0112 says: cameras and phones store what
 * their sensor saw and note how they were held.
 *
 * @param tag 1 to 8; 1 leaves the picture as it is stored
 */
record Orientation(int tag) {
  /** As it is stored. */
  static final Orientation NONE = new Orientation(1);

  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int LITTLE_ENDIAN = 0x4949;
  private static final int BIG_ENDIAN = 0x4D4D;
  private static final int ENTRY_BYTES = 12;

  /**
   * Reads the tag of EXIF's first directory.
   *
   * @param exif from its TIFF header on; whatever it is, a picture without a readable tag is not
   *     turned
   */
  static Orientation ofExif(byte[] exif) {
    ByteBuffer tiff = ByteBuffer.wrap(exif);
    if (exif.length < 8) {
      return NONE;
    }
    int order = tiff.getShort(0);
    if (order != LITTLE_ENDIAN && order != BIG_ENDIAN) {
      return NONE;
    }
    tiff.order(order == LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > exif.length - 2) {
      return NONE;
    }
    int entries = tiff.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2L + (long) i * ENTRY_BYTES;
      if (entry + ENTRY_BYTES > exif.length) {
        return NONE;
      }
      int at = (int) entry;
      if ((tiff.getShort(at) & 0xFFFF) == TAG && tiff.getShort(at + 2) == SHORT) {
        int value = tiff.getShort(at + 8);
        return value >= 1 && value <= 8 ? new Orientation(value) : NONE;
      }
    }
    return NONE;
  }

  /** Whether width and height change places. */
  boolean swapsSides() {
    return tag >= 5;
  }

  /** The size of the turned picture. */
  PixelSize turned(PixelSize stored) {
    return swapsSides()
        ? new PixelSize(/* width= */ stored.height(), /* height= */ stored.width())
        : stored;
  }

  /** The turned picture. */
  Image turned(Image stored) {
    if (tag == 1) {
      return stored;
    }
    boolean fromRight = tag == 2 || tag == 3 || tag == 7 || tag == 8;
    boolean fromBottom = tag == 3 || tag == 4 || tag == 6 || tag == 7;
    PixelSize size = turned(new PixelSize(stored.width(), stored.height()));
    byte[] in = stored.rgb();
    byte[] out = new byte[in.length];
    int to = 0;
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        int row = swapsSides() ? x : y;
        int column = swapsSides() ? y : x;
        row = fromBottom ? stored.height() - 1 - row : row;
        column = fromRight ? stored.width() - 1 - column : column;
        int from = 3 * (row * stored.width() + column);
        out[to++] = in[from];
        out[to++] = in[from + 1];
        out[to++] = in[from + 2];
      }
    }
    return new Image(size.height(), size.width(), out);
  }
}
