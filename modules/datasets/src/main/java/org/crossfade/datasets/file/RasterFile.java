package org.crossfade.datasets.file;

import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.PixelSize;

/**
 * PNG and JPEG files, decoded to the samples that they hold. ImageIO lets some damage pass, so PNG
 * checksums are verified and JPEG warnings are errors here.
 */
final class RasterFile {
  private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int PNG_END = 0x49454E44;
  private static final int MAX_PIXELS = 1 << 28;

  private RasterFile() {}

  /** Decodes the whole file. */
  static BufferedImage decode(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    boolean png = isPng(bytes);
    if (png) {
      requireIntactPng(file, bytes);
    } else if (!isJpeg(bytes)) {
      throw foreign(file);
    }
    ImageReader reader = reader(png ? "png" : "jpeg");
    List<String> warnings = new ArrayList<>();
    try {
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(new ByteArrayImageInputStream(bytes), true, true);
      requireSaneSize(file, reader.getWidth(0), reader.getHeight(0));
      BufferedImage image = reader.read(0);
      if (!png && !warnings.isEmpty()) {
        throw corrupt(file, warnings.get(0), null);
      }
      if (!png && image.getRaster().getNumBands() > 3) {
        throw new DataException(
            file + ": expected an RGB or grey JPEG, found CMYK; convert it to RGB");
      }
      return image;
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // ImageIO answers damage with many unchecked exceptions, such as NegativeArraySizeException.
      throw corrupt(file, String.valueOf(e.getMessage()), e);
    } finally {
      reader.dispose();
    }
  }

  /** Reads the size from the header, and checks that a PNG was written to its end. */
  static PixelSize size(Path file) {
    byte[] head = new byte[24];
    try (RandomAccessFile input = new RandomAccessFile(file.toFile(), "r")) {
      input.readFully(head, 0, (int) Math.min(head.length, input.length()));
      if (isPng(head)) {
        byte[] tail = new byte[12];
        input.seek(Math.max(0, input.length() - tail.length));
        input.readFully(tail);
        if (ByteBuffer.wrap(tail).getInt(4) != PNG_END) {
          throw corrupt(file, "the file ends before the image does", null);
        }
        ByteBuffer header = ByteBuffer.wrap(head);
        return requireSaneSize(file, header.getInt(16), header.getInt(20));
      }
    } catch (EOFException e) {
      throw corrupt(file, "the file ends before the image does", e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    if (!isJpeg(head)) {
      throw foreign(file);
    }
    ImageReader reader = reader("jpeg");
    try (FileImageInputStream input = new FileImageInputStream(file.toFile())) {
      reader.setInput(input, true, true);
      return requireSaneSize(file, reader.getWidth(0), reader.getHeight(0));
    } catch (IOException | RuntimeException e) {
      throw e instanceof DataException known
          ? known
          : corrupt(file, String.valueOf(e.getMessage()), e);
    } finally {
      reader.dispose();
    }
  }

  static DataException corrupt(Path file, String found, Exception cause) {
    return new DataException(
        file + ": corrupt image file: " + found + "; copy or download it again", cause);
  }

  private static DataException foreign(Path file) {
    return new DataException(file + ": expected a PNG or JPEG file, found other content");
  }

  private static DataException unreadable(Path file, IOException cause) {
    if (cause instanceof NoSuchFileException || !Files.exists(file)) {
      return new DataException(file + ": no such file", cause);
    }
    return new DataException(file + ": cannot be read: " + cause.getMessage(), cause);
  }

  private static PixelSize requireSaneSize(Path file, int width, int height) {
    if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
      throw corrupt(file, "its header says " + width + "x" + height + " pixels", null);
    }
    return new PixelSize(width, height);
  }

  private static ImageReader reader(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    if (!readers.hasNext()) {
      throw new IllegalStateException("this Java runtime has no " + format + " reader");
    }
    return readers.next();
  }

  private static boolean isPng(byte[] head) {
    return head.length >= 24 && ByteBuffer.wrap(head).getLong() == PNG_SIGNATURE;
  }

  private static boolean isJpeg(byte[] head) {
    return head.length >= 3
        && (head[0] & 0xFF) == 0xFF
        && (head[1] & 0xFF) == 0xD8
        && (head[2] & 0xFF) == 0xFF;
  }

  /** Walks the chunks: each one whole, each checksum right, the last one the end chunk. */
  private static void requireIntactPng(Path file, byte[] bytes) {
    ByteBuffer data = ByteBuffer.wrap(bytes);
    int position = 8;
    while (true) {
      if (bytes.length - position < 12) {
        throw corrupt(file, "the file ends before the image does", null);
      }
      int length = data.getInt(position);
      if (length < 0 || length > bytes.length - position - 12) {
        throw corrupt(file, "the file ends before the image does", null);
      }
      CRC32 checksum = new CRC32();
      checksum.update(bytes, position + 4, length + 4);
      if ((int) checksum.getValue() != data.getInt(position + 8 + length)) {
        throw corrupt(file, "a checksum is wrong at byte " + position, null);
      }
      if (data.getInt(position + 4) == PNG_END) {
        return;
      }
      position += length + 12;
    }
  }
}
