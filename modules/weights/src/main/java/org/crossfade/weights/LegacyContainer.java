package org.crossfade.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stream that PyTorch wrote before 1.6: pickles of a magic number, of protocol 1001, of facts
 * about the machine, of the object, and of the list of storage keys; then for each key the number
 * of elements as a little-endian int64 and the raw elements.
 *
 * <p>The elements are little-endian whatever the machine was: PyTorch swapped them on big-endian
 * ones, and never looked at the flag among the facts when loading.
 */
final class LegacyContainer {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final int PROTOCOL = 1001;

  /** Bytes of an element that is passed over, by storage class. */
  private static final Map<String, Integer> FOREIGN_BYTES =
      Map.of(
          "ComplexFloatStorage", 8,
          "ComplexDoubleStorage", 16,
          "QInt8Storage", 1,
          "QUInt8Storage", 1,
          "QInt32Storage", 4);

  private LegacyContainer() {}

  /**
   * @throws WeightFileException if the file is truncated, is no such stream or takes too much work
   */
  static TorchFile open(Path file) {
    TorchUnpickler pickles = new TorchUnpickler(file);
    try (PickleInput in =
        new PickleInput(Files.newInputStream(file), Files.size(file), pickles.budget())) {
      Object magic = pickles.read(in);
      if (!MAGIC.equals(magic)) {
        throw new WeightFileException(
            file,
            "is a pickle, but not one of PyTorch: expected the magic number "
                + MAGIC.toString(16)
                + " at its start");
      }
      Object protocol = pickles.read(in);
      if (!Integer.valueOf(PROTOCOL).equals(protocol)) {
        throw new WeightFileException(
            file,
            "has PyTorch protocol %s, expected %d"
                .formatted(protocol instanceof Number ? protocol : "(no number)", PROTOCOL));
      }
      Object machine = pickles.read(in);
      if (!(machine instanceof Map)) {
        throw new WeightFileException(file, "is damaged: no facts about the machine that wrote it");
      }
      Object root = pickles.readRoot(in);
      Object keys = pickles.read(in);
      if (!(keys instanceof List<?> list)) {
        throw new WeightFileException(file, "is damaged: no list of its storages");
      }
      Map<String, Long> positions;
      try {
        positions = positions(file, in, list, pickles);
      } catch (MalformedPickleException e) {
        throw new WeightFileException(file, "is damaged: " + e.getMessage(), e);
      }
      return new TorchFile(
          root,
          (storage, first, count) ->
              FileRange.read(
                  file,
                  positions.get(storage.key()) + first * storage.type().bytes(),
                  count * storage.type().bytes()),
          pickles.placeholders());
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static Map<String, Long> positions(
      Path file, PickleInput in, List<?> keys, TorchUnpickler pickles) {
    Map<String, TorchStorage> storages = pickles.storages();
    Map<String, Long> positions = new HashMap<>();
    long fileBytes = in.position() + in.remaining();
    long position = in.position();
    for (Object listed : keys) {
      String key = TorchUnpickler.storageKey(listed);
      TorchStorage storage = storages.get(key);
      Placeholder foreign = pickles.foreignStorages().get(key);
      if (storage == null && foreign == null) {
        throw new WeightFileException(
            file, "is damaged: no tensor uses its storage '%s'".formatted(PrintableText.name(key)));
      }
      long count = FileRange.read(file, position, Long.BYTES).getLong();
      if (count < 0 || (storage != null && count != storage.size())) {
        throw new WeightFileException(
            file,
            "is damaged: storage '%s' has %d elements, expected %s"
                .formatted(
                    PrintableText.name(key), count, storage == null ? "some" : storage.size()));
      }
      position += Long.BYTES;
      positions.put(key, position);
      int each = storage == null ? foreignBytes(file, foreign) : storage.type().bytes();
      if (count > (fileBytes - position) / each) {
        throw new WeightFileException(
            file,
            "is truncated: storage '%s' has %d elements of %d bytes, %d bytes are left of the file; get it again"
                .formatted(PrintableText.name(key), count, each, fileBytes - position));
      }
      position += count * each;
    }
    for (String key : storages.keySet()) {
      if (!positions.containsKey(key)) {
        throw new WeightFileException(
            file, "is damaged: storage '%s' is not in it".formatted(PrintableText.name(key)));
      }
    }
    return positions;
  }

  private static int foreignBytes(Path file, Placeholder storage) {
    String name = storage.className();
    Integer bytes = FOREIGN_BYTES.get(name.substring(name.lastIndexOf('.') + 1));
    if (bytes == null) {
      throw new WeightFileException(
          file,
          storage.inPlaceOfWeights()
              + ", and of a size that is not known, so that what lies behind is not found. Save the"
              + " weights alone, as torch.save(model.state_dict(), file) does");
    }
    return bytes;
  }
}
