package org.crossfade.datasets.file;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.crossfade.core.data.PixelSize;

/**
 * What stands in a PNG or JPEG file before the picture's data. What is read here is all that both
 * the check of headers and the decoder go by.
 *
 * @param format of the file
 * @param stored size of the picture as it is stored, before it is turned
 * @param channels of a pixel; 1 for grey and for palettes
 * @param bits of a channel; of a palette's index
 * @param orientation how it is turned to be looked at
 */
record RasterHeader(
    Format format, PixelSize stored, int channels, int bits, Orientation orientation) {
  private static final int PNG_HEADER = 0x49484452;
  private static final int PNG_EXIF = 0x65584966;
  private static final int PNG_DATA = 0x49444154;
  private static final int PNG_END = 0x49454E44;
  private static final byte[] JPEG_EXIF = {'E', 'x', 'i', 'f', 0, 0};
  private static final int MOST_EXIF_BYTES = 1 << 20;

  /** Formats of pictures. */
  enum Format {
    PNG,
    JPEG
  }

  /** A header that cannot be read: its message says what was found. */
  static final class BrokenException extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenException(String found) {
      super(found);
    }
  }

  /** The size of the picture as it is looked at. */
  PixelSize shown() {
    return orientation.turned(stored);
  }

  /**
   * Reads a header.
   *
   * @param in at the file's first byte
   * @throws BrokenException if the header makes no sense
   * @throws EOFException if the file ends in it
   */
  static RasterHeader read(Format format, InputStream in) throws IOException {
    var data = new DataInputStream(in);
    return format == Format.PNG ? png(data) : jpeg(data);
  }

  private static RasterHeader png(DataInputStream in) throws IOException {
    in.readLong();
    PixelSize size = null;
    int bits = 0;
    int channels = 0;
    Orientation orientation = Orientation.NONE;
    while (true) {
      int length = in.readInt();
      int type = in.readInt();
      if (length < 0 || (size == null && (type != PNG_HEADER || length != 13))) {
        throw new BrokenException("it does not begin with a header");
      }
      if (type == PNG_DATA || type == PNG_END) {
        return new RasterHeader(Format.PNG, size, channels, bits, orientation);
      }
      if (type == PNG_HEADER) {
        size = new PixelSize(in.readInt(), in.readInt());
        bits = in.readUnsignedByte();
        channels = pngChannels(in.readUnsignedByte());
        in.skipNBytes(3);
      } else if (type == PNG_EXIF && length <= MOST_EXIF_BYTES) {
        orientation = Orientation.ofExif(in.readNBytes(length));
      } else {
        in.skipNBytes(length);
      }
      in.skipNBytes(4);
    }
  }

  private static int pngChannels(int colourType) throws IOException {
    return switch (colourType) {
      case 0, 3 -> 1;
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> throw new BrokenException("there is no colour type " + colourType);
    };
  }

  private static RasterHeader jpeg(DataInputStream in) throws IOException {
    in.readShort();
    Orientation orientation = Orientation.NONE;
    while (true) {
      int marker = JpegSegments.nextMarker(in);
      if (JpegSegments.standsAlone(marker)) {
        continue;
      }
      if (marker == JpegSegments.END || marker == JpegSegments.SCAN) {
        throw new BrokenException("there is no frame before the picture's data");
      }
      int length = in.readUnsignedShort() - 2;
      if (length < 0) {
        throw new BrokenException("a segment has a negative length");
      }
      if (JpegSegments.isFrame(marker)) {
        int bits = in.readUnsignedByte();
        int height = in.readUnsignedShort();
        int width = in.readUnsignedShort();
        int channels = in.readUnsignedByte();
        return new RasterHeader(
            Format.JPEG, new PixelSize(width, height), channels, bits, orientation);
      }
      if (marker == JpegSegments.APP1) {
        byte[] segment = in.readNBytes(length);
        int id = JPEG_EXIF.length;
        if (segment.length > id && Arrays.equals(JPEG_EXIF, Arrays.copyOf(segment, id))) {
          orientation = Orientation.ofExif(Arrays.copyOfRange(segment, id, segment.length));
        }
      } else {
        in.skipNBytes(length);
      }
    }
  }
}
