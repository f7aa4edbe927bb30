package org.crossfade.training.session;

import java.util.List;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.doctor.Devices;
import org.crossfade.training.options.DeviceOptions;
import org.crossfade.training.run.Processor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * What sessions compute on.
 *
 * @param gpu whether it is a GPU
 * @param name of it
 * @param whyNoGpu what stands against a GPU; empty where one computes
 */
public record ComputeDevice(boolean gpu, String name, String whyNoGpu) {
  /**
   * Finds the device that options ask for.
   *
   * @throws InvalidOptionsException if it is not there; the message says why
   */
  public static ComputeDevice of(DeviceOptions options) {
    if (options.isProcessor()) {
      return processor("run.device = cpu");
    }
    if (!Devices.builtForGpu()) {
      return orProcessor(options, Devices.whyNoGpu());
    }
    List<String> seen;
    try {
      seen = Devices.seen(configure(ConfigProto.newBuilder(), options).build());
    } catch (TensorFlowException e) {
      return orProcessor(options, String.valueOf(e.getMessage()));
    }
    return seen.stream()
        .filter(device -> device.startsWith("GPU"))
        .findFirst()
        .map(
            device ->
                new ComputeDevice(
                    true,
                    options.gpuNumber().map(number -> "GPU:" + number).orElse(device.substring(4)),
                    ""))
        .orElseGet(() -> orProcessor(options, Devices.whyNoGpu()));
  }

  private static ComputeDevice orProcessor(DeviceOptions options, String why) {
    if (options.isGpu()) {
      throw new InvalidOptionsException(
          List.of(
              "'run.device' is %s, and there is no such GPU: %s. With run.device = auto the processor computes"
                  .formatted(options.device(), why)));
    }
    return processor(why);
  }

  private static ComputeDevice processor(String why) {
    Processor processor = Processor.here();
    return new ComputeDevice(
        false, processor.name().isEmpty() ? "processor" : processor.toString(), why);
  }

  /** Adds what options ask for to the configuration of a session. */
  static ConfigProto.Builder configure(ConfigProto.Builder config, DeviceOptions options) {
    if (options.isProcessor()) {
      return config.putDeviceCount("GPU", 0);
    }
    GPUOptions.Builder gpu = GPUOptions.newBuilder().setAllowGrowth(options.gpuMemoryGrowth());
    options.gpuNumber().ifPresent(number -> gpu.setVisibleDeviceList(Integer.toString(number)));
    return config.setGpuOptions(gpu);
  }

  /** Returns where it computes and, if that is no GPU, why, as one sentence without its end. */
  @Override
  public String toString() {
    return gpu
        ? "computes on " + name
        : "computes on the processor (" + name + "), not on a GPU: " + whyNoGpu;
  }
}
