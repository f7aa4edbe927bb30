package org.crossfade.training.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is passed on of the lines that TensorFlow's native library writes: what is known to mean
 * nothing is left out, what means something to a user is said plainly and once, and what is not
 * known stays as it is.
 */
final class NativeLines {
  /** Parts of lines that alarm without need, or tell what Crossfade says itself. */
  private static final List<String> MEANINGLESS =
      List.of(
          // Crossfade asks for oneDNN, and records the processor beside every number.
          "oneDNN custom operations are on",
          "This TensorFlow binary is optimized to use available CPU instructions",
          "To enable the following instructions:",
          "All log messages before absl::InitializeLog()",
          "MLIR V1 optimization pass is not enabled",
          // The libraries of CUDA are linked twice in TensorFlow's build; nothing is missing.
          "Unable to register cuFFT factory",
          "Unable to register cuDNN factory",
          "Unable to register cuBLAS factory",
          "computation placer already registered",
          // Large batches are what a training is for.
          "exceeds 10% of free system memory",
          // Every rule of a gradient, each time.
          "Custom gradient",
          // Devices are said in a run's first lines.
          "Created device /job:",
          "Loaded cuDNN version",
          "Skipping registering GPU devices...",
          "successful NUMA node read from SysFS had negative value");

  private static final String ON_THE_PROCESSOR =
      ", so the processor computes; doctor says what is missing";

  /** Parts of lines that a user should know, and what they mean. */
  private static final Map<String, String> PLAIN = plain();

  private static Map<String, String> plain() {
    var plain = new LinkedHashMap<String, String>();
    plain.put(
        "ould not find cuda drivers", "TensorFlow finds no driver of NVIDIA" + ON_THE_PROCESSOR);
    plain.put(
        "Cannot dlopen some GPU libraries",
        "TensorFlow can't load some of CUDA's libraries" + ON_THE_PROCESSOR);
    plain.put("failed call to cuInit", "CUDA can't be started" + ON_THE_PROCESSOR);
    return plain;
  }

  private boolean said;

  /** Returns what is shown of a line, if anything. */
  Optional<String> shown(String line) {
    if (MEANINGLESS.stream().anyMatch(line::contains)) {
      return Optional.empty();
    }
    for (Map.Entry<String, String> known : PLAIN.entrySet()) {
      if (line.contains(known.getKey())) {
        // What comes after the first follows from it: without a driver CUDA can't be started.
        boolean first = !said;
        said = true;
        return first ? Optional.of(known.getValue()) : Optional.empty();
      }
    }
    return Optional.of(line);
  }
}
