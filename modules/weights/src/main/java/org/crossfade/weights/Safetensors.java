package org.crossfade.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The safetensors format: 8 bytes little-endian length of the header, a JSON header {@code {name:
 * {dtype, shape, data_offsets}}} padded with spaces to a multiple of 8, then the raw little-endian
 * elements. Offsets count from the end of the header. An entry {@code __metadata__} is skipped.
 */
public final class Safetensors {
  private static final String METADATA = "__metadata__";
  private static final int MAX_HEADER_BYTES = 100_000_000;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private Safetensors() {}

  /**
   * The tensors of a file by name, in the order of its header; elements are read on demand.
   *
   * @throws WeightFileException if the file is missing, is truncated or is something else
   */
  public static Map<String, NamedTensor> read(Path file) {
    long fileBytes = sizeOf(file);
    if (fileBytes < 8) {
      throw new WeightFileException(
          file, "is no safetensors file: it has " + fileBytes + " bytes, fewer than its header");
    }
    long headerBytes = FileRange.read(file, 0, 8).getLong();
    if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES || headerBytes > fileBytes - 8) {
      throw new WeightFileException(
          file,
          ("is no safetensors file, or it is truncated: its first 8 bytes announce a header of %s"
                  + " bytes, and the file has %d")
              .formatted(Long.toUnsignedString(headerBytes), fileBytes));
    }
    byte[] header = FileRange.read(file, 8, (int) headerBytes).array();
    JsonNode root = parse(file, header);
    Map<String, NamedTensor> tensors = new LinkedHashMap<>();
    root.properties()
        .forEach(
            entry -> {
              if (!entry.getKey().equals(METADATA)) {
                tensors.put(
                    entry.getKey(),
                    tensor(file, entry.getKey(), entry.getValue(), 8 + headerBytes, fileBytes));
              }
            });
    return Collections.unmodifiableMap(tensors);
  }

  /**
   * Writes the tensors in the given order, replacing the file if there is one.
   *
   * @throws WeightFileException if two tensors share a name or the file cannot be written
   */
  public static void write(Path file, Collection<NamedTensor> tensors) {
    byte[] header = header(file, tensors);
    try (FileChannel channel =
        FileChannel.open(
            file,
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
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be written: " + e.getMessage(), e);
    }
  }

  private static byte[] header(Path file, Collection<NamedTensor> tensors) {
    ObjectNode root = JSON.createObjectNode();
    long offset = 0;
    for (NamedTensor tensor : tensors) {
      if (root.has(tensor.name()) || tensor.name().equals(METADATA)) {
        throw new WeightFileException(
            file, "cannot be written: two tensors (or the metadata) are named " + tensor.name());
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

  private static JsonNode parse(Path file, byte[] header) {
    try {
      JsonNode root = JSON.readTree(header);
      if (root != null && root.isObject()) {
        return root;
      }
      throw new WeightFileException(file, "is no safetensors file: its header is no JSON object");
    } catch (JsonProcessingException e) {
      throw new WeightFileException(
          file, "is no safetensors file: its header is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static NamedTensor tensor(
      Path file, String name, JsonNode entry, long dataStart, long fileBytes) {
    try {
      DataType type = DataType.ofCode(entry.path("dtype").asText("(none)"));
      long[] shape = longs(entry, "shape");
      long[] offsets = longs(entry, "data_offsets");
      if (offsets.length != 2 || offsets[0] < 0 || offsets[1] < offsets[0]) {
        throw new IllegalArgumentException(
            "'data_offsets' are " + Arrays.toString(offsets) + ", not a start and an end");
      }
      if (offsets[1] > fileBytes - dataStart) {
        throw new IllegalArgumentException(
            "its elements end at byte %d, but the file has %d: it is truncated; get it again"
                .formatted(dataStart + offsets[1], fileBytes));
      }
      long length = offsets[1] - offsets[0];
      NamedTensor tensor =
          new NamedTensor(
              name,
              type,
              shape,
              () -> FileRange.read(file, dataStart + offsets[0], Math.toIntExact(length)));
      if ((long) tensor.size() * type.bytes() != length) {
        throw new IllegalArgumentException(
            "%d bytes do not hold %s%s".formatted(length, type.code(), Arrays.toString(shape)));
      }
      return tensor;
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file, "tensor '" + name + "': " + e.getMessage(), e);
    }
  }

  private static long[] longs(JsonNode entry, String field) {
    JsonNode values = entry.path(field);
    long[] numbers = new long[values.size()];
    boolean valid = values.isArray();
    for (int i = 0; valid && i < numbers.length; i++) {
      valid = values.get(i).isIntegralNumber() && values.get(i).canConvertToLong();
      numbers[i] = values.get(i).asLong();
    }
    if (!valid) {
      throw new IllegalArgumentException("'" + field + "' is no list of whole numbers: " + values);
    }
    return numbers;
  }

  private static long sizeOf(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new WeightFileException(file, "there is no such file");
    }
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }
}
