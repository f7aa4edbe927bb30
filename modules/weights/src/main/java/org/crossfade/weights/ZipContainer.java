package org.crossfade.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The archive that PyTorch writes since 1.6: one root folder of any name with {@code data.pkl}, one
 * raw entry for each storage under {@code data/}, and, in newer files, the order of bytes in {@code
 * byteorder}.
 */
final class ZipContainer {
  private static final String PICKLE = "data.pkl";

  private ZipContainer() {}

  /**
   * @throws WeightFileException if the file is truncated, is another archive or names foreign
   *     classes
   */
  static TorchFile open(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String folder = folder(file, zip);
      Map<String, TorchStorage> storages = new HashMap<>();
      ZipEntry pickle = zip.getEntry(folder + PICKLE);
      Object root;
      try (PositionedInput in = new PositionedInput(zip.getInputStream(pickle), pickle.getSize())) {
        root = TorchUnpickler.read(file, in, storages);
      }
      for (TorchStorage storage : storages.values()) {
        requireWhole(file, zip.getEntry(folder + "data/" + storage.key()), storage);
      }
      boolean bigEndian = isBigEndian(zip, folder);
      return new TorchFile(
          root,
          (storage, first, count) ->
              read(
                  file, folder + "data/" + storage.key(), storage.type(), first, count, bigEndian));
    } catch (ZipException e) {
      throw new WeightFileException(
          file,
          "starts like a zip archive but is none, or is truncated; get it again ("
              + e.getMessage()
              + ")",
          e);
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static String folder(Path file, ZipFile zip) {
    List<String> pickles =
        zip.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
            .toList();
    if (pickles.size() != 1) {
      throw new WeightFileException(
          file,
          "is a zip archive, but not one of PyTorch: it has %d entries %s, expected one"
              .formatted(pickles.size(), PICKLE));
    }
    String folder = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    if (zip.getEntry(folder + "constants.pkl") != null) {
      throw new WeightFileException(
          file,
          "is a TorchScript program, not weights; save them alone with"
              + " torch.save(model.state_dict(), file)");
    }
    return folder;
  }

  private static void requireWhole(Path file, ZipEntry entry, TorchStorage storage) {
    long expected = Math.multiplyExact(storage.size(), storage.type().bytes());
    if (entry == null || entry.getSize() != expected) {
      throw new WeightFileException(
          file,
          "is damaged: storage '%s' has %s bytes, expected %d"
              .formatted(
                  storage.key(), entry == null ? "no" : String.valueOf(entry.getSize()), expected));
    }
  }

  private static boolean isBigEndian(ZipFile zip, String folder) throws IOException {
    ZipEntry entry = zip.getEntry(folder + "byteorder");
    if (entry == null) {
      return false;
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return new String(in.readNBytes(16), StandardCharsets.US_ASCII).strip().equals("big");
    }
  }

  private static ByteBuffer read(
      Path file, String name, DataType type, long first, int count, boolean bigEndian) {
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(name))) {
      in.skipNBytes(first * type.bytes());
      byte[] bytes = in.readNBytes(count * type.bytes());
      if (bytes.length < count * type.bytes()) {
        throw new WeightFileException(file, "is truncated in its entry " + name);
      }
      if (bigEndian) {
        reverseEach(bytes, type.bytes());
      }
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new WeightFileException(
          file, "cannot be read at its entry " + name + ": " + e.getMessage(), e);
    }
  }

  private static void reverseEach(byte[] bytes, int width) {
    for (int start = 0; start < bytes.length; start += width) {
      for (int low = start, high = start + width - 1; low < high; low++, high--) {
        byte swapped = bytes[low];
        bytes[low] = bytes[high];
        bytes[high] = swapped;
      }
    }
  }
}
