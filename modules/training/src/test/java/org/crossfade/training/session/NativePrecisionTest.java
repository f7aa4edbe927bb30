package org.crossfade.training.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.run.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A precision is had where the device computes it, and nowhere else. */
class NativePrecisionTest {
  private static NativePrecision processor(String... instructions) {
    return new NativePrecision(
        new Processor("Some", List.of(instructions)), OptionalDouble.empty());
  }

  private static NativePrecision gpu(double capability) {
    return new NativePrecision(processor("AVX2").processor(), OptionalDouble.of(capability));
  }

  @ParameterizedTest
  @CsvSource({
    "AVX2, FLOAT32",
    "AVX-512, FLOAT32",
    "AVX512-BF16, MIXED_BFLOAT16",
    "AMX-BF16, MIXED_BFLOAT16"
  })
  void autoIsBfloat16WhereTheProcessorHasIt(String instruction, Precision expected) {
    assertThat(processor(instruction).fastest()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"6.1, FLOAT32", "7.5, FLOAT32", "8.0, MIXED_BFLOAT16", "9.0, MIXED_BFLOAT16"})
  void autoIsBfloat16WhereTheGpuHasIt(double capability, Precision expected) {
    assertThat(gpu(capability).fastest()).isEqualTo(expected);
  }

  @Test
  void whatTheDeviceLacksIsRefusedWithTheReasonAndWhatCanBeHad() {
    assertThatThrownBy(() -> processor("AVX2").require(Precision.MIXED_BFLOAT16))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("'run.precision' is mixed-bfloat16")
        .hasMessageContaining("AVX512-BF16 or AMX")
        .hasMessageContaining("this is Some, AVX2")
        .hasMessageContaining("float32, or emulated-bfloat16");
    assertThatThrownBy(() -> processor("AVX512-BF16").require(Precision.MIXED_FLOAT16))
        .hasMessageContaining("float16 needs a GPU")
        .hasMessageContaining("emulated-float16");
    assertThatThrownBy(() -> gpu(7.5).require(Precision.MIXED_BFLOAT16))
        .hasMessageContaining("compute capability 8.0, and this one has 7.5");
  }

  @Test
  void whatItHasIsTaken() {
    processor("AVX512-BF16").require(Precision.MIXED_BFLOAT16);
    gpu(7.5).require(Precision.MIXED_FLOAT16);
    for (Precision anywhere :
        List.of(Precision.FLOAT32, Precision.EMULATED_BFLOAT16, Precision.EMULATED_FLOAT16)) {
      processor().require(anywhere);
    }
  }

  @Test
  void theWeakestOfSeveralGpusCounts() {
    assertThat(NativePrecision.weakest("9.0\n8.6\n")).hasValue(8.6);
    assertThat(NativePrecision.weakest("")).isEmpty();
  }
}
