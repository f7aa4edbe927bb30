package org.crossfade.datasets.file;

import java.awt.image.Raster;
import java.nio.file.Path;
import java.util.Optional;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.PixelSize;
import org.crossfade.datasets.file.RasterHeader.Format;

/** PNGs of raw ids, read as they are. Of palette images the indices count. */
public final class IdFiles {
  private IdFiles() {}

  /** The ids of a file. */
  public static final class Ids {
    private final PixelSize size;
    private final int[] ids;

    private Ids(PixelSize size, int[] ids) {
      this.size = size;
      this.ids = ids;
    }

    /** Returns the size of the file. */
    public PixelSize size() {
      return size;
    }

    /** Returns the ids row by row, not copied. */
    public int[] ids() {
      return ids;
    }
  }

  /**
   * Reads a file.
   *
   * @throws DataException naming the file, if it is missing or corrupt, or has several channels
   */
  public static Ids read(Path file) {
    RasterFile.Decoded decoded = RasterFile.decode(file, Optional.of(Format.PNG), Integer.BYTES);
    if (decoded.header().channels() != 1) {
      throw new DataException(
          file
              + ": expected a PNG with one channel of ids, found "
              + decoded.header().channels()
              + " channels: this looks like a colour picture");
    }
    Raster raster = decoded.picture().getRaster();
    int width = raster.getWidth();
    int height = raster.getHeight();
    return new Ids(
        new PixelSize(width, height), raster.getSamples(0, 0, width, height, 0, (int[]) null));
  }
}
