package org.crossfade.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check values that the format's description prints. */
class FormulaWeightsTest {
  @Test
  void uniformGivesThePrintedValues() {
    assertThat(FormulaWeights.uniform("layer1.0.conv1.weight", 4, 0))
        .containsExactly(
            new float[] {0.68288636f, 0.14642143f, 0.70115745f, 0.11360586f}, within(1e-8f));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "11 | conv1.weight | 64 3 7 7 | -0.01927834 0.023801856 0.093308061",
        "11 | bn1.weight | 64 | 0.91017038 0.9563114",
        "11 | bn1.running_mean | 64 | -0.07963492 0.04041592",
        "11 | bn1.running_var | 64 | 1.1292434 1.2333977",
        "11 | layer6.conv2d_list.0.bias | 19 | 0.039617933 0.021501625",
        "11 | patch_embed1.proj.weight | 32 3 7 7 | 0.0437944457 -0.0751667768 0.0456908606",
        "11 | block1.0.attn.kv.weight | 64 32 | -0.216601342 0.201246426",
        "11 | block1.0.mlp.dwconv.dwconv.weight | 128 1 3 3 | -0.161317304 0.0991968364",
        "11 | block1.0.attn.norm.bias | 32 | -0.0131690623",
        "11 | norm1.weight | 32 | 1.02090251 1.00203454",
        "31 | decode_head.head.fuse_layer.bottleneck.bn.running_var | 8 | 1.25699115 1.35837173",
        "31 | decode_head.scale_attention.conv_seg.bias | 19 | 0.00378320226",
      })
  void valuesFollowTheLastPartOfTheName(long seed, String name, String shape, String printed) {
    long[] extents = Arrays.stream(shape.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    float[] values = new FormulaWeights("", seed).values(name, extents);
    double[] expected =
        Arrays.stream(printed.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) values[i])
          .isCloseTo(expected[i], within(6e-9 + 6e-8 * Math.abs(expected[i])));
    }
    assertThat(values).hasSize((int) Arrays.stream(extents).reduce(1, (a, b) -> a * b));
  }

  @Test
  void prefixIsHashedButDoesNotChangeTheTensorsName() throws Exception {
    var tensor = new FormulaWeights("conv1.", 11).tensor("weight", 64, 3, 7, 7);
    assertThat(tensor.name()).isEqualTo("weight");
    assertThat(tensor.toFloats()[0]).isEqualTo(-0.01927834f, within(1e-8f));
  }
}
