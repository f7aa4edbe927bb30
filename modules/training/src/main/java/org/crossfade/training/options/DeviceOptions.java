package org.crossfade.training.options;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * On which device a session computes.
 *
 * @param device {@code auto}: a GPU if TensorFlow sees one, else the processor; {@code cpu}; {@code
 *     gpu}: the first one; {@code gpu:1}: that one, from 0
 * @param gpuMemoryGrowth whether TensorFlow takes a GPU's memory as it needs it; all of it at once
 *     otherwise
 */
public record DeviceOptions(String device, boolean gpuMemoryGrowth) {
  private static final Pattern FORM = Pattern.compile("auto|cpu|gpu(?::(\\d{1,3}))?");

  /** Whatever there is. */
  public static final DeviceOptions AUTO = new DeviceOptions("auto", false);

  /** Checks the form; whether there is such a device is for the machine to say. */
  public DeviceOptions {
    requireForm(device);
  }

  static void requireForm(String device) {
    if (!FORM.matcher(device).matches()) {
      throw new IllegalArgumentException(
          "device must be auto, cpu, gpu or a GPU by its number such as gpu:1, found " + device);
    }
  }

  /** Returns whether only the processor will do. */
  public boolean isProcessor() {
    return device.equals("cpu");
  }

  /** Returns whether only a GPU will do. */
  public boolean isGpu() {
    return device.startsWith("gpu");
  }

  /** Returns the number of the GPU that was asked for, from 0, if one was. */
  public Optional<Integer> gpuNumber() {
    Matcher matcher = FORM.matcher(device);
    if (!matcher.matches() || !isGpu()) {
      return Optional.empty();
    }
    return Optional.of(matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1)));
  }
}
