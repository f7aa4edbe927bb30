package org.crossfade.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(pickle);
      for (var entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry("archive/" + entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  static Path legacy(Path file, byte[] pickle, Map<String, byte[]> floatStorages)
      throws IOException {
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
    floatStorages.keySet().forEach(keys::text);
    out.writeBytes(keys.raw('e').stop());
    for (byte[] elements : floatStorages.values()) {
      out.writeBytes(
          ByteBuffer.allocate(8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(0, elements.length / 4)
              .array());
      out.writeBytes(elements);
    }
    return Files.write(file, out.toByteArray());
  }

  static Path text(Path file, String content) throws IOException {
    return Files.write(file, content.getBytes(StandardCharsets.UTF_8));
  }
}
