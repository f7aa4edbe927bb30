package org.crossfade.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path directory;

  @Test
  void writtenTensorsAreReadBackInOrderWithTypeShapeAndElements() {
    Path file = directory.resolve("w.safetensors");
    Safetensors.write(
        file,
        List.of(
            NamedTensor.of("z.weight", new float[] {1.5f, -0f, Float.MIN_VALUE}, 3, 1),
            NamedTensor.of("a", new long[] {Long.MIN_VALUE}),
            NamedTensor.of("ints", new int[] {-7, 8}, 2),
            NamedTensor.of("empty", new double[0], 2, 0),
            NamedTensor.ofBytes("bytes", DataType.UINT8, new byte[] {-1, 1, 0}, 3),
            NamedTensor.ofBytes("truth", DataType.BOOL, new byte[] {1, 0}, 1, 2)));

    Map<String, NamedTensor> read = Safetensors.read(file);

    assertThat(read.keySet()).containsExactly("z.weight", "a", "ints", "empty", "bytes", "truth");
    assertThat(read.get("z.weight").toFloats()).containsExactly(1.5f, -0f, Float.MIN_VALUE);
    assertThat(read.get("z.weight").shape()).containsExactly(3, 1);
    assertThat(read.get("a").toLongs()).containsExactly(Long.MIN_VALUE);
    assertThat(read.get("a").shape()).isEmpty();
    assertThat(read.get("ints").toInts()).containsExactly(-7, 8);
    assertThat(read.get("empty").toDoubles()).isEmpty();
    assertThat(read.get("bytes").toInts()).containsExactly(255, 1, 0);
    assertThat(read.get("truth").type()).isEqualTo(DataType.BOOL);
    assertThat(read.get("truth").toLongs()).containsExactly(1, 0);
  }

  /** Among 32 lengths is one whose lowest byte is 0x80, with which a pickle starts. */
  @Test
  void aHeaderOfAnyLengthIsKnown() {
    for (int length = 1; length <= 256; length += 8) {
      String name = "w".repeat(length);
      Path file = directory.resolve("w.safetensors");
      Safetensors.write(file, List.of(NamedTensor.of(name, new float[] {2}, 1)));

      assertThat(WeightFile.read(file).format()).isEqualTo(WeightFile.Format.SAFETENSORS);
    }
  }

  @Test
  void halfTypesWidenExactly() {
    short[] bits = {0x3C00, (short) 0x8000, 0x0001, 0x03FF, 0x0400, 0x7BFF, (short) 0xFC00, 0x7E00};
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(bits);
    float[] half = NamedTensor.ofBytes("h", DataType.FLOAT16, bytes.array(), 8).toFloats();
    assertThat(half)
        .containsExactly(
            1f, -0f, 0x1p-24f, 0x3FFp-24f, 0x1p-14f, 65504f, Float.NEGATIVE_INFINITY, Float.NaN);
    byte[] bfloat = {(byte) 0x80, 0x3F, 0x00, (byte) 0x80};
    assertThat(NamedTensor.ofBytes("b", DataType.BFLOAT16, bfloat, 2).toFloats())
        .containsExactly(1f, -0f);
  }

  @Test
  void truncatedFileIsRefusedAtOpeningWithBothSizes() throws IOException {
    Path file = directory.resolve("w.safetensors");
    Safetensors.write(file, List.of(NamedTensor.of("a", new float[10], 10)));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("truncated")
        .hasMessageContaining(String.valueOf(whole.length));
  }

  @Test
  void foreignAndMalformedHeadersNameTheFileAndTheFault() throws IOException {
    assertRefused("", "fewer than its header");
    assertRefused("this is a text file, not weights", "announce a header");
    assertRefused(withHeader("[1, 2]"), "no JSON object");
    assertRefused(withHeader("{\"a\": "), "no JSON");
    assertRefused(withHeader("{} {}"), "something follows");
    assertRefused(withHeader("{\"__metadata__\":{\"a\":{}}}"), "no mapping from text to text");
    assertThatThrownBy(() -> Safetensors.read(directory.resolve("none")))
        .hasMessageContaining("there is no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dtype Q4 | unknown element type 'Q4'; known: BOOL | F32",
        "dtype 7 | unknown element type 'VALUE_NUMBER_INT' | F32",
        "shape [3] | F32[3] takes 12 bytes | data_offsets [0, 8] span 8",
        "shape [1.5] | 'shape' is no list of whole numbers | element 0 is 1.5",
        "shape [\"2\"] | 'shape' is no list of whole numbers | element 0 is 2",
        "shape [[2]] | 'shape' is no list of whole numbers | element 0",
        "shape 2 | 'shape' is no list of whole numbers | VALUE_NUMBER_INT",
        "shape [9223372036854775808] | 'shape' is no list | element 0 is 9223372036854775808",
        "shape [-2] | negative extent | [-2]",
        "shape [9999999999] | shape [9999999999] | 2 GiB",
        "shape [4294967296,4294967296] | [4294967296, 4294967296] | 2 GiB",
        "shape [3037000500,3037000500,2] | 3037000500 | 2 GiB",
        "shape [1e400] | 'shape' is no list of whole numbers | element 0",
        "data_offsets [0,4] | F32[2] takes 8 bytes | data_offsets [0, 4] span 4",
        "data_offsets [8,0] | expected data_offsets of a start and an end | found [8, 0]",
        "data_offsets [-8,0] | expected data_offsets of a start and an end | found [-8, 0]",
        "data_offsets [0,8,16] | expected data_offsets of a start and an end | found [0, 8, 16]",
        "data_offsets [8,16] | data_offsets [8, 16] reach to byte | truncated",
        "data_offsets [0,9223372036854775807] | reach to byte 92233720368547758 | truncated",
        "extra 1 | expected dtype, shape and data_offsets | found 'extra'",
      })
  void faultsOfOneTensorNameItWithWhatWasExpectedAndFound(
      String change, String first, String second) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("dtype", "\"F32\"");
    fields.put("shape", "[2]");
    fields.put("data_offsets", "[0,8]");
    String[] fieldAndValue = change.split(" ", 2);
    fields.put(
        fieldAndValue[0],
        fieldAndValue[1].startsWith("Q") ? '"' + fieldAndValue[1] + '"' : fieldAndValue[1]);
    String json =
        fields.entrySet().stream()
            .map(field -> '"' + field.getKey() + "\":" + field.getValue())
            .collect(Collectors.joining(",", "{\"conv1.weight\":{", "}}"));
    assertRefused(withHeader(json) + "12345678", "tensor 'conv1.weight': ", first, second);
  }

  @Test
  void absentFieldsAndOtherEntriesAreRefusedByName() throws IOException {
    assertRefused(withHeader("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}"), "'a'", "no data_offsets");
    assertRefused(withHeader("{\"a\":{\"dtype\":\"F32\"}}"), "'a'", "no shape");
    assertRefused(
        withHeader("{\"a\":{\"shape\":[0],\"data_offsets\":[0,0]}}"), "'a'", "type '(none)'");
    assertRefused(withHeader("{\"a\":[1]}"), "'a'", "expected an object");
  }

  @Test
  void tensorsFillTheDataWithoutGapAndOverlap() throws IOException {
    String data = "0123456789ab";
    assertRefused(
        withHeader("{" + entry("a", 0, 8) + "," + entry("b", 4, 12) + "}") + data,
        "tensor 'b': its elements are expected to start at byte 8",
        "right behind 'a', found 4: the two overlap");
    assertRefused(
        withHeader("{" + entry("a", 0, 8) + "," + entry("b", 0, 8) + "}") + data,
        "tensor 'b'",
        "the two overlap");
    assertRefused(
        withHeader("{" + entry("b", 8, 12) + "," + entry("a", 0, 4) + "}") + data,
        "tensor 'b': its elements are expected to start at byte 4",
        "found 8: what lies between belongs to no tensor");
    assertRefused(
        withHeader("{" + entry("a", 4, 12) + "}") + data, "tensor 'a'", "right behind the header");
    assertRefused(
        withHeader("{" + entry("a", 0, 8) + "}") + data,
        "expected to end at byte 8, behind 'a', found 12");
    // In any order of the header, and with tensors of no element between.
    Path file = directory.resolve("good.safetensors");
    String good = entry("b", 8, 12) + "," + entry("none", 8, 8) + "," + entry("a", 0, 8);
    Files.write(file, (withHeader("{" + good + "}") + data).getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Safetensors.read(file).keySet()).containsExactly("b", "none", "a");
  }

  @Test
  void namesGivenTwiceAreRefused() throws IOException {
    assertRefused(
        withHeader("{" + entry("a", 0, 4) + "," + entry("a", 4, 8) + "}") + "12345678",
        "Duplicate",
        "'a'");
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void headersThatAskForEndlessWorkAreRefused() throws IOException {
    assertRefused("\377\377\377\377\377\377\377\177 more", "9223372036854775807 bytes");
    assertRefused("\377\377\377\377\377\377\377\377 more", "18446744073709551615 bytes");
    assertRefused(withHeader("[".repeat(100_000)), "no JSON object");
    assertRefused(withHeader("{\"a\":" + "[".repeat(100_000)), "tensor 'a'");
    assertRefused(
        withHeader("{\"__metadata__\":" + "{\"a\":".repeat(100_000)), "no mapping from text");
    assertRefused(
        withHeader("{\"a\":{\"shape\":[" + "9".repeat(3_000_000) + "]}}"), "Number value length");
    assertRefused(
        withHeader("{\"a\":{\"shape\":[1" + ",1".repeat(1_000_000) + "]}}"),
        "'shape' has more than 64 elements");
    assertRefused(
        withHeader("{\"" + "n".repeat(40_000) + "\":{}}"), "has 40000 characters; at most 512");
  }

  @Test
  void writingOntoTheFileThatIsReadKeepsItsTensors() throws IOException {
    Path file = directory.resolve("w.safetensors");
    Safetensors.write(
        file,
        List.of(
            NamedTensor.of("a", new float[] {1, 2}, 2), NamedTensor.of("b", new float[] {3}, 1)));
    Map<String, NamedTensor> read = Safetensors.read(file);

    Safetensors.write(file, List.of(read.get("b"), read.get("a").renamed("c")));

    Map<String, NamedTensor> again = Safetensors.read(file);
    assertThat(again.keySet()).containsExactly("b", "c");
    assertThat(again.get("c").toFloats()).containsExactly(1, 2);
    assertThat(again.get("b").toFloats()).containsExactly(3);
  }

  @Test
  void faultWhileWritingLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = directory.resolve("w.safetensors");
    Safetensors.write(file, List.of(NamedTensor.of("a", new float[] {1}, 1)));
    NamedTensor gone =
        new NamedTensor(
            "gone",
            DataType.FLOAT32,
            new long[] {1},
            () -> {
              throw new WeightFileException(Path.of("source.pth"), "has gone");
            });

    assertThatThrownBy(() -> Safetensors.write(file, List.of(gone))).hasMessageContaining("gone");

    assertThat(Safetensors.read(file).get("a").toFloats()).containsExactly(1);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void metadataEntryIsSkipped() throws IOException {
    Path file = directory.resolve("m.safetensors");
    Files.write(
        file,
        withHeader("{\"__metadata__\":{\"format\":\"pt\"}}").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Safetensors.read(file)).isEmpty();
  }

  private void assertRefused(String content, String... reasons) throws IOException {
    Path file = directory.resolve("bad.safetensors");
    Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(reasons)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2500));
  }

  private static String entry(String name, int start, int end) {
    return "\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
        .formatted(name, (end - start) / 4, start, end);
  }

  private static String withHeader(String json) {
    int length = json.length();
    return ""
        + (char) (length & 0xFF)
        + (char) ((length >> 8) & 0xFF)
        + (char) ((length >> 16) & 0xFF)
        + (char) (length >> 24)
        + "\0\0\0\0"
        + json;
  }
}
