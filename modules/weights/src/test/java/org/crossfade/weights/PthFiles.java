package org.crossfade.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes PyTorch's two containers around a pickle. */
final class PthFiles {
  private PthFiles() {}

  /** Elements of a float32 storage. */
  static byte[] floats(float... values) {
    return floats(ByteOrder.LITTLE_ENDIAN, values);
  }

  static byte[] floats(ByteOrder order, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(order);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  static Path zip(Path file, byte[] pickle, Map<String, byte[]> entries) throws IOException {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("archive/data.pkl", pickle);
    entries.forEach((name, bytes) -> all.put("archive/" + name, bytes));
    return zipOf(file, all);
  }

  static Path zipOf(Path file, Map<String, byte[]> entries) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (var entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  /** A storage of the legacy container. */
  record Storage(String key, long elements, ByteBuffer bytes) {}

  static Path legacy(Path file, byte[] pickle, Map<String, byte[]> floatStorages)
      throws IOException {
    return legacyOf(
        file,
        pickle,
        floatStorages.entrySet().stream()
            .map(
                each ->
                    new Storage(
                        each.getKey(),
                        each.getValue().length / 4,
                        ByteBuffer.wrap(each.getValue())))
            .toArray(Storage[]::new));
  }

  static Path legacyOf(Path file, byte[] pickle, Storage... storages) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        new PickleWriter()
            .raw(0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19)
            .stop());
    out.writeBytes(new PickleWriter().number(1001).stop());
    out.writeBytes(
        new PickleWriter().emptyDict().mark().text("little_endian").raw(0x88).setItems().stop());
    out.writeBytes(pickle);
    PickleWriter keys = new PickleWriter().raw(']').mark();
    for (Storage storage : storages) {
      keys.text(storage.key());
    }
    out.writeBytes(keys.raw('e').stop());
    for (Storage storage : storages) {
      out.writeBytes(
          ByteBuffer.allocate(8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(0, storage.elements())
              .array());
      byte[] raw = new byte[storage.bytes().remaining()];
      storage.bytes().get(0, raw);
      out.writeBytes(raw);
    }
    return Files.write(file, out.toByteArray());
  }

  static Path text(Path file, String content) throws IOException {
    return Files.write(file, content.getBytes(StandardCharsets.UTF_8));
  }
}
