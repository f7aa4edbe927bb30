package org.crossfade.datasets.file;

import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.PixelSize;
import org.crossfade.datasets.file.RasterHeader.Format;

/**
 * PNG and JPEG files, decoded to the samples that they hold. ImageIO lets some damage pass, so PNG
 * checksums are verified and JPEG warnings are errors here.
 */
final class RasterFile {
  private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int PNG_END = 0x49454E44;
  private static final int END_CHUNK_BYTES = 12;
  private static final int MAGIC_BYTES = 8;
  private static final String TOO_SHORT = "the file ends before the image does";

  /** What one array of Java's can hold of three bytes a pixel. */
  private static final int MAX_PIXELS = (Integer.MAX_VALUE - 8) / 3;

  private RasterFile() {}

  /**
   * A decoded file.
   *
   * @param picture as it is stored
   * @param header of the file
   */
  record Decoded(BufferedImage picture, RasterHeader header) {}

  /**
   * Decodes the whole file.
   *
   * @param format that it must have, if only one will do
   * @param resultBytes how many bytes a pixel the caller makes of it
   */
  static Decoded decode(Path file, Optional<Format> format, int resultBytes) {
    try {
      return decode(file, read(file), format, resultBytes);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Decodes a file's content.
   *
   * @param file for messages alone
   */
  static Decoded decode(Path file, byte[] bytes, Optional<Format> format, int resultBytes) {
    RasterHeader header = requireReadable(file, header(file, bytes, format));
    long needed = bytes.length + needed(header, resultBytes);
    if (needed > Runtime.getRuntime().maxMemory()) {
      throw tooLarge(file, header, needed);
    }
    try {
      return new Decoded(decode(file, header, bytes), header);
    } catch (OutOfMemoryError e) {
      throw tooLarge(file, header, needed);
    }
  }

  private static BufferedImage decode(Path file, RasterHeader header, byte[] bytes) {
    boolean png = header.format() == Format.PNG;
    if (png) {
      requireIntactPng(file, bytes);
    }
    ImageReader reader = reader(png ? "png" : "jpeg");
    List<String> warnings = new ArrayList<>();
    try {
      byte[] readable = png ? bytes : JpegSegments.withoutProfiles(bytes);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(new ByteArrayImageInputStream(readable), true, true);
      BufferedImage image = reader.read(0);
      if (!png && !warnings.isEmpty()) {
        throw corrupt(file, warnings.get(0), null);
      }
      return image;
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      if (e.getCause() instanceof OutOfMemoryError memory) {
        throw memory;
      }
      // ImageIO answers damage with many unchecked exceptions, such as NegativeArraySizeException.
      throw corrupt(file, e instanceof EOFException ? TOO_SHORT : e.getMessage(), e);
    } finally {
      reader.dispose();
    }
  }

  /**
   * Reads the header, and checks that a PNG was written to its end.
   *
   * @param format that it must have, if only one will do
   */
  static RasterHeader header(Path file, Optional<Format> format) {
    requireFile(file);
    try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "r");
        InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      byte[] magic = new byte[(int) Math.min(MAGIC_BYTES, whole.length())];
      whole.readFully(magic);
      RasterHeader header = requireReadable(file, header(file, formatOf(file, magic, format), in));
      if (header.format() == Format.PNG && !endsAsPng(whole)) {
        throw corrupt(file, TOO_SHORT, null);
      }
      return header;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Reads the header of a file's content; the size that it says may be more than can be read.
   *
   * @param file for messages alone
   */
  static RasterHeader header(Path file, byte[] bytes, Optional<Format> format) {
    try {
      return header(file, formatOf(file, bytes, format), new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The header of all ways to read a file, so that they never disagree. */
  private static RasterHeader header(Path file, Format format, InputStream in) throws IOException {
    RasterHeader header;
    try {
      header = RasterHeader.read(format, in);
    } catch (EOFException e) {
      throw corrupt(file, TOO_SHORT, e);
    } catch (RasterHeader.BrokenException e) {
      throw corrupt(file, e.getMessage(), e);
    }
    PixelSize size = header.stored();
    if (size.width() < 1 || size.height() < 1) {
      throw corrupt(file, "its header says " + size + " pixels", null);
    }
    if (format == Format.JPEG && header.channels() > 3) {
      throw new DataException(
          file + ": expected an RGB or grey JPEG, found CMYK; convert it to RGB");
    }
    return header;
  }

  private static RasterHeader requireReadable(Path file, RasterHeader header) {
    PixelSize size = header.stored();
    int mostPixels = Math.min(MAX_PIXELS, Integer.MAX_VALUE / Math.max(1, header.channels()));
    if ((long) size.width() * size.height() > mostPixels) {
      throw new DataException(
          "%s: its header says %s pixels, more than the %d million that can be read; cut it into"
                  .formatted(file, size, mostPixels / 1_000_000)
              + " pieces, or copy or download it again if it is not that large");
    }
    return header;
  }

  private static long needed(RasterHeader header, int resultBytes) {
    long pixels = (long) header.stored().width() * header.stored().height();
    int stored = header.channels() * ((header.bits() + 7) / 8);
    int turned = header.orientation().equals(Orientation.NONE) ? 0 : resultBytes;
    return pixels * (stored + resultBytes + turned);
  }

  private static DataException tooLarge(Path file, RasterHeader header, long needed) {
    return new DataException(
        String.format(
            Locale.ROOT,
            "%s: %s pixels need %d MB of memory to be read, and Java may use %d MB in all. Give it"
                + " more, as in JAVA_TOOL_OPTIONS=-Xmx%dg; or make the image smaller",
            file,
            header.stored(),
            (needed >> 20) + 1,
            Runtime.getRuntime().maxMemory() >> 20,
            Math.max(((2 * needed) >> 30) + 1, (Runtime.getRuntime().maxMemory() >> 30) + 1)));
  }

  static DataException corrupt(Path file, String found, Exception cause) {
    return new DataException(
        file + ": corrupt image file: " + found + "; copy or download it again", cause);
  }

  /** All bytes of what looks like a picture; nothing else is read. */
  private static byte[] read(Path file) throws IOException {
    requireFile(file);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] magic = in.readNBytes(MAGIC_BYTES);
      formatOf(file, magic, Optional.empty());
      long size = Files.size(file);
      if (size > Runtime.getRuntime().maxMemory() || size > Integer.MAX_VALUE - 8) {
        throw new DataException(
            "%s: the file has %d MB, and Java may use %d MB of memory; give it more, as in"
                    .formatted(file, size >> 20, Runtime.getRuntime().maxMemory() >> 20)
                + " JAVA_TOOL_OPTIONS=-Xmx8g; or make the image smaller");
      }
      byte[] bytes = new byte[(int) Math.max(size, magic.length)];
      System.arraycopy(magic, 0, bytes, 0, magic.length);
      int rest = in.readNBytes(bytes, magic.length, bytes.length - magic.length);
      if (magic.length + rest < bytes.length) {
        throw new EOFException("it became shorter while it was read");
      }
      return bytes;
    } catch (OutOfMemoryError e) {
      throw new DataException(
          "%s: memory ran out while the file was read (%d MB); give Java more, as in"
                  .formatted(file, Files.size(file) >> 20)
              + " JAVA_TOOL_OPTIONS=-Xmx8g");
    }
  }

  /** A pipe would be waited for without end. */
  private static void requireFile(Path file) {
    if (Files.isRegularFile(file)) {
      return;
    }
    if (Files.exists(file)) {
      throw new DataException(
          file
              + (Files.isDirectory(file)
                  ? ": expected an image file, found a folder"
                  : ": expected an image file, found a pipe or a device"));
    }
    if (Files.isSymbolicLink(file)) {
      throw new DataException(file + ": no such file: it is a link to " + target(file));
    }
    throw new DataException(file + ": no such file");
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "nowhere";
    }
  }

  private static Format formatOf(Path file, byte[] magic, Optional<Format> wanted) {
    boolean png = magic.length >= 8 && ByteBuffer.wrap(magic).getLong() == PNG_SIGNATURE;
    boolean jpeg =
        magic.length >= 3
            && (magic[0] & 0xFF) == 0xFF
            && (magic[1] & 0xFF) == 0xD8
            && (magic[2] & 0xFF) == 0xFF;
    if (!png && !jpeg) {
      throw new DataException(file + ": expected a PNG or JPEG file, found other content");
    }
    Format found = png ? Format.PNG : Format.JPEG;
    if (wanted.isPresent() && wanted.get() != found) {
      throw new DataException(
          file
              + ": expected a PNG, found a "
              + found
              + ": its compression changes ids at every edge, so it can't be a label file; make it"
              + " anew from the labels that it was made of");
    }
    return found;
  }

  private static DataException unreadable(Path file, IOException cause) {
    return new DataException(file + ": cannot be read: " + cause.getMessage(), cause);
  }

  private static ImageReader reader(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    if (!readers.hasNext()) {
      throw new IllegalStateException("this Java runtime has no " + format + " reader");
    }
    return readers.next();
  }

  /** Whether there is an end chunk: at the end, or else behind the other chunks. */
  private static boolean endsAsPng(RandomAccessFile file) throws IOException {
    long length = file.length();
    if (length >= END_CHUNK_BYTES) {
      file.seek(length - END_CHUNK_BYTES);
      if (file.readInt() == 0 && file.readInt() == PNG_END) {
        return true;
      }
    }
    long position = Long.BYTES;
    while (length - position >= END_CHUNK_BYTES) {
      file.seek(position);
      int data = file.readInt();
      if (file.readInt() == PNG_END) {
        return true;
      }
      if (data < 0) {
        return false;
      }
      position += data + (long) END_CHUNK_BYTES;
    }
    return false;
  }

  /**
   * Walks the chunks up to the end chunk: each one whole, each checksum right. What stands behind
   * it is no part of the picture.
   */
  private static void requireIntactPng(Path file, byte[] bytes) {
    ByteBuffer data = ByteBuffer.wrap(bytes);
    int position = 8;
    while (true) {
      if (bytes.length - position < END_CHUNK_BYTES) {
        throw corrupt(file, TOO_SHORT, null);
      }
      int length = data.getInt(position);
      if (length < 0 || length > bytes.length - position - END_CHUNK_BYTES) {
        throw corrupt(file, TOO_SHORT, null);
      }
      CRC32 checksum = new CRC32();
      checksum.update(bytes, position + 4, length + 4);
      if ((int) checksum.getValue() != data.getInt(position + 8 + length)) {
        throw corrupt(file, "a checksum is wrong at byte " + position, null);
      }
      if (data.getInt(position + 4) == PNG_END) {
        return;
      }
      position += length + END_CHUNK_BYTES;
    }
  }
}
