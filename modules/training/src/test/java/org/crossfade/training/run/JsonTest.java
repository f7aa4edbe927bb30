package org.crossfade.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of JSON come back as they were written, or are refused by name. */
class JsonTest {
  record Inner(double score) {}

  record Outer(
      String name, long count, Map<String, Inner> inner, List<String> list, Optional<Long> some) {}

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path file = folder.resolve("whole.json");
    for (Optional<Long> some : List.of(Optional.<Long>empty(), Optional.of(3L))) {
      var value = new Outer("a", 2, Map.of("x", new Inner(Double.NaN)), List.of("b"), some);

      Json.write(file, value);

      assertThat(Json.read(file, Outer.class)).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "{\"name\":\"a\",\"count\":2,\"inner\":{},\"list\":[],\"some\":null",
        "{\"name\":\"a\",\"count\":2,\"inner\":{},\"list\":[],\"some\":null} x",
        "{\"name\":null,\"count\":2,\"inner\":{},\"list\":[],\"some\":null}",
        "{\"name\":\"a\",\"count\":null,\"inner\":{},\"list\":[],\"some\":null}",
        "{\"name\":\"a\",\"inner\":{},\"list\":[],\"some\":null}",
        "{\"name\":\"a\",\"count\":2,\"inner\":null,\"list\":[],\"some\":null}",
        "{\"name\":\"a\",\"count\":2,\"inner\":{\"x\":null},\"list\":[],\"some\":null}",
        "{\"name\":\"a\",\"count\":2,\"inner\":{\"x\":{}},\"list\":[],\"some\":null}",
        "{\"name\":\"a\",\"count\":2,\"inner\":{},\"list\":[null],\"some\":null}",
        "{\"name\":\"a\",\"count\":2,\"inner\":{},\"list\":[],\"some\":null,\"more\":1}",
        "\u0000\u0001\u0002"
      })
  void whatIsTornOrNullIsRefusedByName(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("torn.json"), text);

    assertThatThrownBy(() -> Json.read(file, Outer.class))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void theLineIsNamedWhereItIsKnown() throws IOException {
    Path file =
        Files.writeString(folder.resolve("lines.json"), "{\n\"name\": \"a\",\n\"count\": }");

    assertThatThrownBy(() -> Json.read(file, Outer.class))
        .hasMessageContaining(file + ": 3: is torn or of another kind");
    assertThatThrownBy(() -> Json.readLine(file, 7, "{\"phase\":"))
        .hasMessageContaining(file + ": 7: ");
  }

  @Test
  void nestingWithoutEndDoesNotOverflowTheStack() throws IOException {
    Path file = Files.writeString(folder.resolve("deep.json"), "{\"inner\":".repeat(20_000));

    assertThatThrownBy(() -> Json.read(file, Outer.class))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }
}
