package org.crossfade.weights;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;

/**
 * The safetensors format: 8 bytes little-endian length of the header, a JSON header {@code {name:
 * {dtype, shape, data_offsets}}} padded with spaces to a multiple of 8, then the raw little-endian
 * elements. Offsets count from the end of the header, and the tensors fill the data without gap and
 * without overlap. An entry {@code __metadata__} has names and values that are texts.
 */
public final class Safetensors {
  private static final String METADATA = SafetensorsHeader.METADATA;

  /** The header of 200,000 tensors; every library has a limit, the format's own has 100 MB. */
  private static final int MAX_HEADER_BYTES = 32 << 20;

  private Safetensors() {}

  /**
   * {@return the tensors of a file by name, in the order of its header; elements are read on
   * demand}
   *
   * @param file in the safetensors format
   * @throws WeightFileException if the file is missing, is truncated or is something else
   */
  public static Map<String, NamedTensor> read(Path file) {
    return Collections.unmodifiableMap(header(file).tensors());
  }

  /**
   * {@return what a file says of itself, names and values, in the order of its header; empty where
   * it says nothing}
   *
   * @param file in the safetensors format
   * @throws WeightFileException as {@link #read}
   */
  public static Map<String, String> metadata(Path file) {
    return Collections.unmodifiableMap(header(file).metadata());
  }

  private static SafetensorsHeader header(Path file) {
    long fileBytes = FileSignature.size(file);
    if (fileBytes < 8) {
      throw new WeightFileException(
          file, "is no safetensors file: it has " + fileBytes + " bytes, fewer than its header");
    }
    long headerBytes = FileRange.read(file, 0, 8).getLong();
    if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES || headerBytes > fileBytes - 8) {
      throw new WeightFileException(
          file,
          ("is no safetensors file, or it is truncated: its first 8 bytes announce a header of %s"
                  + " bytes, and the file has %d (at most %d of them are read as a header)")
              .formatted(Long.toUnsignedString(headerBytes), fileBytes, MAX_HEADER_BYTES));
    }
    byte[] header = FileRange.read(file, 8, (int) headerBytes).array();
    return SafetensorsHeader.of(file, header, fileBytes);
  }

  /**
   * Writes the tensors in the given order. A file that is there is replaced once the new one is
   * complete: it may be the one that the tensors are read from, and a fault leaves it as it was.
   *
   * @param file to write
   * @param tensors of different names
   * @throws WeightFileException if two tensors share a name or the file cannot be written
   */
  public static void write(Path file, Collection<NamedTensor> tensors) {
    write(file, tensors, Map.of());
  }

  /**
   * Writes tensors, as {@link #write(Path, Collection)} does, and what the file says of itself.
   *
   * @param file to write
   * @param tensors of different names
   * @param metadata names and values
   */
  public static void write(
      Path file, Collection<NamedTensor> tensors, Map<String, String> metadata) {
    byte[] header = header(file, tensors, metadata);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new WeightFileException(file, "cannot be written: it is a folder, a pipe or a device");
    }
    try {
      Path target = Files.exists(file) ? file.toRealPath() : file;
      Path aside = target.resolveSibling(target.getFileName() + ".part");
      try {
        writeAside(aside, header, tensors);
        Files.move(
            aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(aside);
      }
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be written: " + e.getMessage(), e);
    }
  }

  private static void writeAside(Path aside, byte[] header, Collection<NamedTensor> tensors)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      length.putLong(0, header.length);
      writeFully(channel, length);
      writeFully(channel, ByteBuffer.wrap(header));
      for (NamedTensor tensor : tensors) {
        writeFully(channel, tensor.bytes());
      }
    }
  }

  private static byte[] header(
      Path file, Collection<NamedTensor> tensors, Map<String, String> metadata) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    if (!metadata.isEmpty()) {
      metadata.forEach(root.putObject(METADATA)::put);
    }
    long offset = 0;
    for (NamedTensor tensor : tensors) {
      if (root.has(tensor.name()) || tensor.name().equals(METADATA)) {
        throw new WeightFileException(
            file,
            "cannot be written: two tensors (or the metadata) are named '%s'"
                .formatted(PrintableText.name(tensor.name())));
      }
      ObjectNode entry = root.putObject(tensor.name());
      entry.put("dtype", tensor.type().code());
      ArrayNode shape = entry.putArray("shape");
      Arrays.stream(tensor.shape()).forEach(shape::add);
      long end = offset + (long) tensor.size() * tensor.type().bytes();
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
