package org.crossfade.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a file holds can steer a terminal or flood it. */
class PrintableTextTest {
  @TempDir Path directory;

  @Test
  void whatIsVisibleStays() {
    String text = "layer1.0.conv1.weight C:\\Daten\\größe 重み 'x' \ud83d\ude00";
    assertThat(PrintableText.of(text)).isSameAs(text);
  }

  @Test
  void whatIsInvisibleIsEscaped() {
    assertThat(PrintableText.of("\u001b]0;title\u0007\r\n\t\u0000"))
        .isEqualTo("\\u001b]0;title\\u0007\\u000d\\u000a\\u0009\\u0000");
    assertThat(PrintableText.of("\u009b31m \u202eabc \u2028 \ud800 \u007f"))
        .isEqualTo("\\u009b31m \\u202eabc \\u2028 \\ud800 \\u007f");
    assertThat(PrintableText.of("\udb40\udc01")).isEqualTo("\\U000e0001");
  }

  @Test
  void longNamesLoseTheirMiddle() {
    assertThat(PrintableText.name("a".repeat(120))).hasSize(120);
    assertThat(PrintableText.name("a".repeat(100) + "b".repeat(100)))
        .startsWith("aaaa")
        .contains("[... 80 characters ...]")
        .endsWith("bbbb");
  }

  @Test
  void messagesAreOneShortLineAndKeepTheirEnd() {
    var exception =
        new WeightFileException(
            Path.of("w\u001b.pth"), "has \u001b[2J names " + "n".repeat(100_000) + "; rename them");
    assertThat(exception.getMessage())
        .startsWith("w\\u001b.pth: has \\u001b[2J names nnn")
        .endsWith("n; rename them")
        .hasSizeLessThan(2100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"state\u001b[31m_dict", "a\nb", "\u202etxt"})
  void namesOfTensorsMappingsAndClassesReachNoMessageUnescaped(String name) throws IOException {
    byte[] pickle =
        new PickleWriter()
            .emptyDict()
            .mark()
            .text(name)
            .emptyDict()
            .mark()
            .text(name)
            .floats("7", 1, 0, new int[] {1}, 1)
            .setItems()
            .text("object")
            .text(name)
            .text("Class")
            .raw(0x93) // STACK_GLOBAL
            .setItems()
            .stop();
    WeightFile weights =
        WeightFile.read(
            PthFiles.zip(directory.resolve("w.pth"), pickle, Map.of("data/7", PthFiles.floats(1))));
    NamedTensor tensor = weights.tensors(name, "").get(name);
    String escaped = PrintableText.of(name);

    assertThat(tensor.toString()).isEqualTo(escaped + " F32[1]");
    assertThatThrownBy(() -> weights.tensors("object", ""))
        .hasMessageContaining("1 under '" + escaped + "'")
        .hasMessageContaining("'" + escaped + ".Class'");
    assertThatThrownBy(() -> weights.tensors(name, "module."))
        .hasMessageContaining("the first is '" + escaped + "'");
    assertThatThrownBy(() -> tensor.reshaped(2)).hasMessageContaining("'" + escaped + "'");
    assertThatThrownBy(() -> NamedTensor.of(name, new float[2], 3))
        .hasMessageContaining("'" + escaped + "'");
    assertThatThrownBy(() -> Safetensors.write(directory.resolve("o"), List.of(tensor, tensor)))
        .hasMessageContaining("'" + escaped + "'");
  }
}
