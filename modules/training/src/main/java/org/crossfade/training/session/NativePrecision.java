package org.crossfade.training.session;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.doctor.Devices;
import org.crossfade.training.options.DeviceOptions;
import org.crossfade.training.run.Processor;

/**
 * Which precisions a device computes by itself.
 *
 * @param processor that computes where there is no GPU
 * @param gpu compute capability of the GPU that computes, where there is one: 8.0 is Ampere
 */
public record NativePrecision(Processor processor, OptionalDouble gpu) {
  private static final List<String> BFLOAT16 = List.of("AVX512-BF16", "AMX-BF16");

  /** The first GPUs whose tensor cores take float16, and bfloat16. */
  private static final double FLOAT16_CAPABILITY = 7.0;

  private static final double BFLOAT16_CAPABILITY = 8.0;

  /** Asked for once: a machine stays what it is. */
  private static final class Here {
    private static final NativePrecision VALUE =
        new NativePrecision(
            Processor.here(), Devices.builtForGpu() ? capability() : OptionalDouble.empty());
  }

  /** Returns those of the device that options ask for; of the GPU, if there is one and they may. */
  public static NativePrecision of(DeviceOptions options) {
    return options.isProcessor()
        ? new NativePrecision(Here.VALUE.processor(), OptionalDouble.empty())
        : Here.VALUE;
  }

  /** Returns what {@code auto} stands for: bfloat16 where the device has it, else float32. */
  public Precision fastest() {
    return lack(Precision.MIXED_BFLOAT16).isEmpty() ? Precision.MIXED_BFLOAT16 : Precision.FLOAT32;
  }

  /**
   * Checks that a precision can be had.
   *
   * @throws InvalidOptionsException if not; the message says why, and what can
   */
  public void require(Precision precision) {
    Optional<String> lack = lack(precision);
    if (lack.isPresent()) {
      throw new InvalidOptionsException(
          List.of(
              ("'run.precision' is %s, which this machine does not compute: %s. Use a machine that"
                      + " does, or another precision: float32, or %s, which gives the same kind of"
                      + " numbers and is no faster than float32")
                  .formatted(precision.key(), lack.get(), precision.emulation().key())));
    }
  }

  /** Returns why the device does not compute a precision, or nothing if it does. */
  public Optional<String> lack(Precision precision) {
    return switch (precision) {
      case MIXED_BFLOAT16 ->
          gpu.isPresent()
              ? lack("bfloat16", BFLOAT16_CAPABILITY)
              : BFLOAT16.stream().anyMatch(processor.instructions()::contains)
                  ? Optional.empty()
                  : Optional.of(
                      "bfloat16 needs a processor with AVX512-BF16 or AMX, or a GPU, and this is "
                          + (processor.name().isEmpty() ? "of unknown kind" : processor));
      case MIXED_FLOAT16 ->
          gpu.isPresent()
              ? lack("float16", FLOAT16_CAPABILITY)
              : Optional.of("float16 needs a GPU, and TensorFlow computes on the processor");
      default -> Optional.empty();
    };
  }

  private Optional<String> lack(String type, double capability) {
    return gpu.getAsDouble() >= capability
        ? Optional.empty()
        : Optional.of(
            "%s needs a GPU of compute capability %s, and this one has %s"
                .formatted(type, capability, gpu.getAsDouble()));
  }

  /**
   * Returns the compute capability of the weakest GPU that TensorFlow may use, as the driver's
   * program tells it; nothing where there is no driver.
   */
  private static OptionalDouble capability() {
    try {
      Process asked =
          new ProcessBuilder("nvidia-smi", "--query-gpu=compute_cap", "--format=csv,noheader")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return asked.waitFor() == 0 ? weakest(answer) : OptionalDouble.empty();
    } catch (IOException | NumberFormatException e) {
      return OptionalDouble.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalDouble.empty();
    }
  }

  /** Returns the least of the numbers, one a line. */
  static OptionalDouble weakest(String answer) {
    return Splitter.on('\n')
        .trimResults()
        .omitEmptyStrings()
        .splitToStream(answer)
        .mapToDouble(Double::parseDouble)
        .min();
  }
}
