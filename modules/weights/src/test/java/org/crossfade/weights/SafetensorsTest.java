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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void foreignAndMalformedFilesNameTheFileAndTheFault() throws IOException {
    assertRefused("", "fewer than its header");
    assertRefused("this is a text file, not weights", "announce a header");
    assertRefused(withHeader("[1, 2]"), "no JSON object");
    assertRefused(withHeader("{\"a\": "), "no JSON");
    assertRefused(
        withHeader("{\"a\":{\"dtype\":\"Q4\",\"shape\":[],\"data_offsets\":[0,0]}}"), "F32");
    assertRefused(
        withHeader("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}") + "1234",
        "do not hold F32[2]");
    assertRefused(
        withHeader("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}") + "1234",
        "'shape' is no list of whole numbers");
    assertRefused(
        withHeader("{\"a\":{\"dtype\":\"F32\",\"shape\":[9999999999],\"data_offsets\":[0,0]}}"),
        "2 GiB");
    assertThatThrownBy(() -> Safetensors.read(directory.resolve("none")))
        .hasMessageContaining("there is no such file");
  }

  @Test
  void metadataEntryIsSkipped() throws IOException {
    Path file = directory.resolve("m.safetensors");
    Files.write(
        file,
        withHeader("{\"__metadata__\":{\"format\":\"pt\"}}").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Safetensors.read(file)).isEmpty();
  }

  private void assertRefused(String content, String reason) throws IOException {
    Path file = directory.resolve("bad.safetensors");
    Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason);
  }

  private static String withHeader(String json) {
    return (char) json.length() + "\0\0\0\0\0\0\0" + json;
  }
}
