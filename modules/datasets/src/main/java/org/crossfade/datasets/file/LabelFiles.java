package org.crossfade.datasets.file;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.crossfade.core.data.DataException;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.data.PixelSize;
import org.crossfade.core.label.RawLabelTable;
import org.crossfade.datasets.file.RasterHeader.Format;

/**
 * Reads label files of one coding. Of palette images the indices count, not the colours. Safe from
 * several threads.
 */
public final class LabelFiles {
  private static final int RAW_IDS = 1 << 16;
  private static final int UNKNOWN_SHOWN = 8;

  /** Where in a file the class id stands. */
  public enum Channel {
    /** The file has one channel; more are an error. */
    ONLY,
    /** The first of several channels, as in SYNTHIA's 16-bit files. */
    FIRST
  }

  /**
   * What a label file holds.
   *
   * @param labels the mapped labels; unknown raw ids are ignored pixels
   * @param unknown pixels by raw id, for the raw ids that the coding does not know
   */
  public record Decoded(LabelMap labels, SortedMap<Integer, Integer> unknown) {}

  /**
   * What a look at a whole label file tells.
   *
   * @param decoded its labels
   * @param pixels of every raw id that occurs
   * @param palette colour of every index, 0xRRGGBB; empty without a palette
   */
  public record Inspection(
      Decoded decoded, SortedMap<Integer, Integer> pixels, List<Integer> palette) {}

  private final RawLabelTable table;
  private final Channel channel;
  private final byte[] trainIds = new byte[RAW_IDS];
  private final boolean[] known = new boolean[RAW_IDS];

  /** A reader of files of that coding. */
  public LabelFiles(RawLabelTable table, Channel channel) {
    this.table = table;
    this.channel = channel;
    for (int raw = 0; raw < RAW_IDS; raw++) {
      trainIds[raw] = (byte) table.trainId(raw);
      known[raw] = table.knows(raw);
    }
  }

  /** The coding of the files. */
  public RawLabelTable table() {
    return table;
  }

  /** What decides how a file is read, as text: the same for codings that read alike. */
  public String fingerprint() {
    return channel + " " + table.fingerprint();
  }

  /**
   * The label map in a file, at its native size.
   *
   * @throws DataException naming the file, if it is missing or corrupt, has several channels where
   *     one is expected, or holds raw ids that the coding does not know
   */
  public LabelMap read(Path file) {
    Decoded decoded = decode(file);
    if (!decoded.unknown().isEmpty()) {
      throw new DataException(unknownIds(file, decoded.unknown()));
    }
    return decoded.labels();
  }

  /**
   * The label map in a file, with the raw ids that the coding does not know beside it.
   *
   * @throws DataException as {@link #read}, but for unknown ids
   */
  public Decoded decode(Path file) {
    return decode(raster(file).getRaster());
  }

  /**
   * The label map in a file, with all that tells whether it is one.
   *
   * @throws DataException as {@link #decode}, and if a palette contradicts the ids
   */
  public Inspection inspect(Path file) {
    BufferedImage picture = raster(file);
    Raster raster = picture.getRaster();
    SortedMap<Integer, Integer> pixels = new TreeMap<>();
    int[] row = new int[raster.getWidth()];
    int[] counts = new int[RAW_IDS];
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int raw : raster.getSamples(0, y, row.length, 1, 0, row)) {
        counts[raw]++;
      }
    }
    for (int raw = 0; raw < RAW_IDS; raw++) {
      if (counts[raw] > 0) {
        pixels.put(raw, counts[raw]);
      }
    }
    List<Integer> palette = new ArrayList<>();
    if (picture.getColorModel() instanceof IndexColorModel colours) {
      for (int i = 0; i < colours.getMapSize(); i++) {
        palette.add(colours.getRGB(i) & 0xFFFFFF);
      }
      PaletteCheck.require(file, table, pixels.keySet(), palette);
    }
    return new Inspection(decode(raster), pixels, palette);
  }

  private BufferedImage raster(Path file) {
    RasterFile.Decoded decoded = RasterFile.decode(file, Optional.of(Format.PNG), 1);
    requireChannels(file, decoded.header());
    return decoded.picture();
  }

  private Decoded decode(Raster raster) {
    int height = raster.getHeight();
    int width = raster.getWidth();
    byte[] ids = new byte[height * width];
    SortedMap<Integer, Integer> unknown = new TreeMap<>();
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int raw : row) {
        ids[at++] = trainIds[raw];
        if (!known[raw]) {
          unknown.merge(raw, 1, Integer::sum);
        }
      }
    }
    return new Decoded(new LabelMap(height, width, ids), unknown);
  }

  /**
   * The size in a label file's header; the pixels are not decoded.
   *
   * @throws DataException naming the file, if it is missing or can't be a label file
   */
  public PixelSize size(Path file) {
    RasterHeader header = RasterFile.header(file, Optional.of(Format.PNG));
    requireChannels(file, header);
    return header.stored();
  }

  private void requireChannels(Path file, RasterHeader header) {
    int channels = header.channels();
    if (channel == Channel.ONLY && channels != 1) {
      throw new DataException(
          file
              + ": expected a label file with one channel of ids ("
              + table.name()
              + "), found "
              + channels
              + " channels: this looks like a "
              + (channels == 2 ? "grey picture with transparency" : "colour picture"));
    }
  }

  /** The message about raw ids that the coding does not know. */
  public String unknownIds(Path file, Map<Integer, Integer> unknown) {
    String found =
        unknown.entrySet().stream()
            .limit(UNKNOWN_SHOWN)
            .map(entry -> entry.getKey() + " (" + entry.getValue() + " pixels)")
            .collect(Collectors.joining(", "));
    String more =
        unknown.size() > UNKNOWN_SHOWN ? ", and " + (unknown.size() - UNKNOWN_SHOWN) + " more" : "";
    return file
        + ": unknown label ids "
        + found
        + more
        + "; the coding '"
        + table.name()
        + "' has "
        + table.knownIds();
  }
}
