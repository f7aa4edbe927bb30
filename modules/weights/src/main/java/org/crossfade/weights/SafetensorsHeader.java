package org.crossfade.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: what each tensor is and where its elements lie. As the format
 * demands, the tensors fill the data without gap and without overlap.
 */
final class SafetensorsHeader {
  static final String METADATA = "__metadata__";

  private static final int MOST_TENSORS = 200_000;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path file;
  private final long dataStart;
  private final long fileBytes;
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafetensorsHeader(Path file, long dataStart, long fileBytes) {
    this.file = file;
    this.dataStart = dataStart;
    this.fileBytes = fileBytes;
  }

  /** Elements of a tensor, in bytes of the data. */
  private record Place(long start, long end, NamedTensor tensor) {}

  /**
   * Reads a header.
   *
   * @param json the header
   * @param fileBytes bytes of the whole file, of which the data are those behind the header
   * @throws WeightFileException if it is no header, or if a tensor is not as it says
   */
  static SafetensorsHeader of(Path file, byte[] json, long fileBytes) {
    SafetensorsHeader header = new SafetensorsHeader(file, Long.BYTES + json.length, fileBytes);
    try (JsonParser parser = JSON.createParser(json)) {
      header.read(parser);
    } catch (JsonProcessingException e) {
      throw new WeightFileException(
          file, "is no safetensors file: its header is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new WeightFileException(file, "cannot be read: " + e.getMessage(), e);
    }
    header.requireFilled();
    return header;
  }

  /** The tensors in the header's order. */
  Map<String, NamedTensor> tensors() {
    Map<String, NamedTensor> tensors = new LinkedHashMap<>();
    places.forEach((name, place) -> tensors.put(name, place.tensor()));
    return tensors;
  }

  /** What the file says of itself, in the header's order. */
  Map<String, String> metadata() {
    return metadata;
  }

  private void read(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new WeightFileException(file, "is no safetensors file: its header is no JSON object");
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals(METADATA)) {
        readMetadata(parser, value);
        continue;
      }
      TensorTree.requireShort(file, name);
      if (places.size() == MOST_TENSORS) {
        throw new WeightFileException(
            file, "holds more than %d tensors, which no network here has".formatted(MOST_TENSORS));
      }
      places.put(name, place(parser, name, value));
    }
    if (parser.nextToken() != null) {
      throw new WeightFileException(
          file, "is no safetensors file: something follows the JSON object of its header");
    }
  }

  private void readMetadata(JsonParser parser, JsonToken value) throws IOException {
    boolean valid = value == JsonToken.START_OBJECT;
    while (valid && parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      valid = parser.nextToken() == JsonToken.VALUE_STRING;
      if (valid) {
        metadata.put(name, parser.getText());
      }
    }
    if (!valid) {
      throw new WeightFileException(
          file, "is no safetensors file: its " + METADATA + " is no mapping from text to text");
    }
  }

  private Place place(JsonParser parser, String name, JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      throw fault(name, "expected an object of dtype, shape and data_offsets, found " + value);
    }
    String dtype = "(none)";
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (field) {
        case "dtype" -> dtype = token == JsonToken.VALUE_STRING ? parser.getText() : token.name();
        case "shape" -> shape = longs(parser, name, field);
        case "data_offsets" -> offsets = longs(parser, name, field);
        default ->
            throw fault(
                name,
                "expected dtype, shape and data_offsets, found '%s'"
                    .formatted(PrintableText.name(field)));
      }
    }
    if (shape == null || offsets == null) {
      throw fault(
          name,
          "expected dtype, shape and data_offsets, found no "
              + (shape == null ? "shape" : "data_offsets"));
    }
    return place(name, dtype, shape, offsets);
  }

  private Place place(String name, String dtype, long[] shape, long[] offsets) {
    if (offsets.length != 2 || offsets[0] < 0 || offsets[1] < offsets[0]) {
      throw fault(
          name, "expected data_offsets of a start and an end, found " + Arrays.toString(offsets));
    }
    if (offsets[1] > fileBytes - dataStart) {
      throw fault(
          name,
          "its data_offsets %s reach to byte %s of the file, which has %d: it is truncated; get it again"
              .formatted(
                  Arrays.toString(offsets),
                  Long.toUnsignedString(dataStart + offsets[1]),
                  fileBytes));
    }
    long length = offsets[1] - offsets[0];
    NamedTensor tensor;
    try {
      tensor =
          new NamedTensor(
              name,
              DataType.ofCode(dtype),
              shape,
              () -> FileRange.read(file, dataStart + offsets[0], Math.toIntExact(length)));
    } catch (IllegalArgumentException e) {
      throw fault(name, e.getMessage());
    }
    long expected = (long) tensor.size() * tensor.type().bytes();
    if (expected != length) {
      throw fault(
          name,
          "%s%s takes %d bytes, but its data_offsets %s span %d"
              .formatted(
                  dtype, Arrays.toString(shape), expected, Arrays.toString(offsets), length));
    }
    return new Place(offsets[0], offsets[1], tensor);
  }

  private long[] longs(JsonParser parser, String name, String field) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw fault(name, "'" + field + "' is no list of whole numbers: " + parser.currentToken());
    }
    long[] numbers = new long[NamedTensor.MOST_DIMENSIONS];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean isLong =
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (!isLong) {
        throw fault(
            name,
            "'%s' is no list of whole numbers: its element %d is %s"
                .formatted(
                    field, count, PrintableText.name(String.valueOf(parser.getValueAsString()))));
      }
      if (count == numbers.length) {
        throw fault(
            name, "'%s' has more than %d elements".formatted(field, NamedTensor.MOST_DIMENSIONS));
      }
      numbers[count] = parser.getLongValue();
      count++;
    }
    return Arrays.copyOf(numbers, count);
  }

  private void requireFilled() {
    List<Place> inOrder = new ArrayList<>(places.values());
    inOrder.sort(Comparator.comparingLong(Place::start).thenComparingLong(Place::end));
    String before = "the header";
    long expected = 0;
    for (Place place : inOrder) {
      if (place.start() != expected) {
        throw fault(
            place.tensor().name(),
            "its elements are expected to start at byte %d of the data, right behind %s, found %d: %s"
                .formatted(
                    expected,
                    before,
                    place.start(),
                    place.start() < expected
                        ? "the two overlap"
                        : "what lies between belongs to no tensor"));
      }
      expected = place.end();
      before = "'" + PrintableText.name(place.tensor().name()) + "'";
    }
    if (expected != fileBytes - dataStart) {
      throw new WeightFileException(
          file,
          "its data are expected to end at byte %d, behind %s, found %d: the rest belongs to no tensor"
              .formatted(expected, before, fileBytes - dataStart));
    }
  }

  private WeightFileException fault(String name, String what) {
    return new WeightFileException(
        file, "tensor '%s': %s".formatted(PrintableText.name(name), what));
  }
}
