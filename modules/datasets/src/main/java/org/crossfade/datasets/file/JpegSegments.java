package org.crossfade.datasets.file;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The segments of a JPEG file before its picture's data. */
final class JpegSegments {
  /** Begins the picture's data. */
  static final int SCAN = 0xDA;

  /** Ends the file. */
  static final int END = 0xD9;

  /** Holds EXIF, among others. */
  static final int APP1 = 0xE1;

  private static final int APP2 = 0xE2;
  private static final byte[] PROFILE = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);

  private JpegSegments() {}

  /** The next marker, behind its fill bytes. */
  static int nextMarker(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    if (first != 0xFF) {
      throw new RasterHeader.BrokenException("a segment begins with " + first);
    }
    int marker = in.readUnsignedByte();
    while (marker == 0xFF) {
      marker = in.readUnsignedByte();
    }
    return marker;
  }

  /** Whether a marker has no segment. */
  static boolean standsAlone(int marker) {
    return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
  }

  /** Whether a segment says the picture's size. */
  static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  /**
   * The file without colour profiles. None is ever applied, and ImageIO takes a broken one for a
   * broken picture.
   *
   * @param file whose header is sound
   */
  static byte[] withoutProfiles(byte[] file) throws IOException {
    byte[] kept = Arrays.copyOf(file, file.length);
    int to = 2;
    int from = 2;
    boolean found = false;
    var in = new DataInputStream(new ByteArrayInputStream(file));
    in.skipNBytes(from);
    while (true) {
      int marker = nextMarker(in);
      if (marker == SCAN || marker == END) {
        break;
      }
      if (!standsAlone(marker)) {
        int length = in.readUnsignedShort() - 2;
        int start = file.length - in.available();
        in.skipNBytes(Math.max(0, length));
        boolean profile = marker == APP2 && isProfile(file, start, length);
        found |= profile;
        if (profile) {
          from = file.length - in.available();
          continue;
        }
      }
      int end = file.length - in.available();
      System.arraycopy(file, from, kept, to, end - from);
      to += end - from;
      from = end;
    }
    if (!found) {
      return file;
    }
    System.arraycopy(file, from, kept, to, file.length - from);
    return Arrays.copyOf(kept, to + file.length - from);
  }

  private static boolean isProfile(byte[] file, int start, int length) throws IOException {
    if (start + Math.max(0, length) > file.length) {
      throw new EOFException();
    }
    return length >= PROFILE.length
        && Arrays.equals(file, start, start + PROFILE.length, PROFILE, 0, PROFILE.length);
  }
}
