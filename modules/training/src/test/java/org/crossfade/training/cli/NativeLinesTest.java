package org.crossfade.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lines of TensorFlow 2.18's two builds, on a machine without a GPU. */
class NativeLinesTest {
  private static final List<String> OF_THE_BUILD_FOR_GPUS =
      List.of(
          "2026-01-01 00:00:00.203624: I tensorflow/core/util/port.cc:153] oneDNN custom operations"
              + " are on. You may see slightly different numerical results",
          "2026-01-01 00:00:00.220483: I external/local_xla/xla/tsl/cuda/cudart_stub.cc:32] Could"
              + " not find cuda drivers on your machine, GPU will not be used.",
          "2026-01-01 00:00:02.359707: I external/local_xla/xla/tsl/cuda/cudart_stub.cc:32] Could"
              + " not find cuda drivers on your machine, GPU will not be used.",
          "2026-01-01 00:00:02.420876: E"
              + " external/local_xla/xla/stream_executor/cuda/cuda_fft.cc:477] Unable to register"
              + " cuFFT factory: Attempting to register factory",
          "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
          "E0000 00:00:1796072441.514800    3062 cuda_dnn.cc:8310] Unable to register cuDNN"
              + " factory",
          "E0000 00:00:1796072441.538288    3062 cuda_blas.cc:1418] Unable to register cuBLAS"
              + " factory",
          "2026-01-01 00:00:02.918752: I tensorflow/core/platform/cpu_feature_guard.cc:210] This"
              + " TensorFlow binary is optimized to use available CPU instructions",
          "To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow",
          "2026-01-01 00:00:02.919327: E"
              + " external/local_xla/xla/stream_executor/cuda/cuda_driver.cc:152] failed call to"
              + " cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR",
          "I0000 00:00:1796072442.499382    3062 mlir_graph_optimization_pass.cc:401] MLIR V1"
              + " optimization pass is not enabled");

  @Test
  void ofAllLinesOfAStartWithoutAGpuOneSentenceIsLeft() {
    var lines = new NativeLines();

    assertThat(OF_THE_BUILD_FOR_GPUS.stream().map(lines::shown).flatMap(Optional::stream))
        .containsExactly(
            "TensorFlow finds no driver of NVIDIA, so the processor computes; doctor says what is"
                + " missing");
  }

  @Test
  void whatIsNotKnownStaysAsItIs() {
    String unknown = "2026-01-01 00:00:00.0: W tensorflow/core/kernels/x.cc:1] something new";

    assertThat(new NativeLines().shown(unknown)).contains(unknown);
    assertThat(new NativeLines().shown("")).contains("");
  }
}
