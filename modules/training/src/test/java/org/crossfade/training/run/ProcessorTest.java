package org.crossfade.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  @Test
  void nameFamilyAndTheInstructionsThatMatterAreTold() {
    Processor processor =
        Processor.of(
            List.of(
                "processor\t: 0",
                "vendor_id\t: AuthenticAMD",
                "cpu family\t: 25",
                "model\t\t: 1",
                "model name\t: AMD EPYC",
                "flags\t\t: fpu sse avx2 fma",
                "processor\t: 1",
                "model name\t: another"));
    assertThat(processor).hasToString("AMD EPYC, family 25 model 1, AVX2");
    assertThat(Processor.of(List.of("flags: avx2 avx512f avx512_bf16 amx_bf16")).instructions())
        .containsExactly("AVX2", "AVX-512", "AVX512-BF16", "AMX-BF16");
  }

  @Test
  void aSystemThatTellsNothingIsNoProcessor() {
    assertThat(Processor.of(List.of())).hasToString("");
  }
}
