package org.crossfade.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

  /** Every tensor has an entry: more are no network. */
  private static final int MOST_ENTRIES = 200_000;

  /** What storages may grow by when they are unpacked: PyTorch does not compress them at all. */
  private static final long LARGEST_GROWTH = 100;

  private static final long ALWAYS_ALLOWED = 16L << 20;

  private ZipContainer() {}

  /**
   * @throws WeightFileException if the file is truncated, is another archive, or takes too much
   *     work or memory
   */
  static TorchFile open(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String folder = folder(file, zip);
      TorchUnpickler pickles = new TorchUnpickler(file);
      ZipEntry pickle = zip.getEntry(folder + PICKLE);
      Object root;
      try (PickleInput in =
          new PickleInput(zip.getInputStream(pickle), pickle.getSize(), pickles.budget())) {
        root = pickles.readRoot(in);
      }
      requireWhole(file, zip, folder, pickles.storages().values());
      boolean bigEndian = isBigEndian(zip, folder);
      return new TorchFile(
          root,
          (storage, first, count) ->
              read(file, folder + "data/" + storage.key(), storage.type(), first, count, bigEndian),
          pickles.placeholders());
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
    if (zip.size() > MOST_ENTRIES) {
      throw new WeightFileException(
          file,
          "is a zip archive of %d entries, and at most %d are read: no network has as many tensors"
              .formatted(zip.size(), MOST_ENTRIES));
    }
    Set<String> names = new LinkedHashSet<>();
    zip.stream()
        .forEach(
            entry -> {
              if (!names.add(entry.getName())) {
                throw new WeightFileException(
                    file,
                    "is damaged: two entries of the archive are called '%s'"
                        .formatted(PrintableText.name(entry.getName())));
              }
            });
    List<String> pickles =
        names.stream().filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE)).toList();
    if (pickles.size() != 1) {
      throw new WeightFileException(
          file,
          "is a zip archive, but not one of PyTorch: it has %d entries %s, expected one%s"
              .formatted(pickles.size(), PICKLE, insteadOf(names)));
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

  /** What another archive may be. */
  private static String insteadOf(Set<String> names) {
    for (String name : names) {
      if (name.matches("(?i).*\\.(pth|pt|pkl|ckpt|safetensors)")) {
        return "; it holds '%s': unpack it first".formatted(PrintableText.name(name));
      }
      if (name.endsWith(".npy")) {
        return "; it holds arrays of NumPy: convert them to safetensors in Python";
      }
    }
    return names.isEmpty()
        ? ""
        : "; its first entry is '%s'".formatted(PrintableText.name(names.iterator().next()));
  }

  private static void requireWhole(
      Path file, ZipFile zip, String folder, Collection<TorchStorage> storages) throws IOException {
    long fileBytes = Files.size(file);
    long limit = ALWAYS_ALLOWED + LARGEST_GROWTH * fileBytes;
    long unpacked = 0;
    for (TorchStorage storage : storages) {
      ZipEntry entry = zip.getEntry(folder + "data/" + storage.key());
      long expected = storage.size() * storage.type().bytes();
      if (entry == null || entry.getSize() != expected) {
        throw new WeightFileException(
            file,
            "is damaged: storage '%s' has %s bytes, expected %d"
                .formatted(
                    PrintableText.name(storage.key()),
                    entry == null ? "no" : String.valueOf(entry.getSize()),
                    expected));
      }
      if (expected > limit - unpacked) {
        throw new WeightFileException(
            file,
            ("has %d bytes, but its tensors would take more than %d once unpacked: it is no file of"
                    + " weights, which hardly shrink, but made to exhaust the machine")
                .formatted(fileBytes, limit));
      }
      unpacked += expected;
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
        throw new WeightFileException(
            file, "is truncated in its entry " + PrintableText.name(name));
      }
      if (bigEndian) {
        reverseEach(bytes, type.bytes());
      }
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (EOFException e) {
      throw new WeightFileException(
          file, "is truncated in its entry " + PrintableText.name(name), e);
    } catch (IOException e) {
      throw new WeightFileException(
          file,
          "cannot be read at its entry " + PrintableText.name(name) + ": " + e.getMessage(),
          e);
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
