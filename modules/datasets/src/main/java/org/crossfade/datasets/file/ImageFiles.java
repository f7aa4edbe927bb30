package org.crossfade.datasets.file;

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
    return image(file, RasterFile.decode(file, Optional.empty(), 3));
  }

  /**
   * The image in the content of a PNG or JPEG file, read as {@link #read(Path)} does.
   *
   * @param name what messages call it; no file is opened
   * @throws org.crossfade.core.data.DataException naming it, if it is corrupt
   */
  public static Image read(Path name, byte[] content) {
    return image(name, RasterFile.decode(name, content, Optional.empty(), 3));
  }

  private static Image image(Path file, RasterFile.Decoded raw) {
    if (!Pictures.readable(raw.picture())) {
      int bits = raw.picture().getSampleModel().getSampleSize(0);
      throw RasterFile.corrupt(file, bits + " bits a sample, where 8 or 16 are expected", null);
    }
    return raw.header().orientation().turned(Pictures.image(raw.picture()));
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
    return header(RasterFile.header(file, Optional.empty()));
  }

  /**
   * What the header in a file's content says; the pixels are not decoded, and may be more than can
   * be.
   *
   * @param name what messages call it; no file is opened
   * @throws org.crossfade.core.data.DataException naming it, if it has no readable header
   */
  public static Header header(Path name, byte[] content) {
    return header(RasterFile.header(name, content, Optional.empty()));
  }

  private static Header header(RasterHeader header) {
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
}
