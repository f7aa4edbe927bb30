package org.crossfade.training.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.training.cli.Typed;
import org.crossfade.training.doctor.Devices;
import org.crossfade.training.options.DeviceOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.ConfigProto;

class ComputeDeviceTest {
  @TempDir private Path folder;

  @Test
  void optionsBecomeTheConfigurationOfASession() {
    assertThat(config("cpu", true).getDeviceCountMap()).containsEntry("GPU", 0);
    assertThat(config("gpu:1", true).getGpuOptions().getVisibleDeviceList()).isEqualTo("1");
    assertThat(config("gpu", true).getGpuOptions().getVisibleDeviceList()).isEqualTo("0");
    assertThat(config("gpu", true).getGpuOptions().getAllowGrowth()).isTrue();
    assertThat(config("auto", false).getGpuOptions().getVisibleDeviceList()).isEmpty();
    assertThat(config("auto", false).getGpuOptions().getAllowGrowth()).isFalse();
  }

  private static ConfigProto config(String device, boolean growth) {
    return ComputeDevice.configure(ConfigProto.newBuilder(), new DeviceOptions(device, growth))
        .build();
  }

  @Test
  void aSessionOnTheProcessorSeesTheProcessorAlone() {
    assertThat(Devices.seen(config("cpu", false))).containsExactly("CPU CPU:0");
    assertThat(ComputeDevice.of(new DeviceOptions("cpu", false)).toString())
        .startsWith("computes on the processor (")
        .endsWith("), not on a GPU: run.device = cpu");
  }

  @Test
  void aDeviceHasOneOfFourForms() {
    for (String wrong : List.of("cuda", "gpu:", "gpu:x", "GPU", "gpu:1:2", "cpu:0")) {
      assertThatThrownBy(() -> new DeviceOptions(wrong, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("device must be auto, cpu, gpu or")
          .hasMessageEndingWith("found " + wrong);
    }
  }

  @Test
  void aRunSaysWhatComputesAndRefusesWhatIsNotThere() throws IOException {
    assumeThat(Devices.builtForGpu()).isFalse();
    String[] tiny = {"tiny.source.iterations = 1", "tiny.target-iterations = 0"};
    Typed there =
        Typed.command("train").settings(tiny).add("--run-dir", folder.resolve("there")).run();
    assertThat(there.code()).as(there.err()).isZero();
    assertThat(there.out().lines().limit(4))
        .anyMatch(line -> line.contains("tiny computes on the processor ("));
    assertThat(Files.readString(folder.resolve("there/run.json")))
        .contains("not on a GPU: this is TensorFlow's build for processors");
    assertThat(Files.readString(folder.resolve("there/config.conf"))).contains("device=auto");

    Typed refused =
        Typed.command("train")
            .settings(tiny)
            .add("--set", "run.device = \"gpu:1\"")
            .add("--run-dir", folder.resolve("gpu"))
            .run();
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains("'run.device' is gpu:1, and there is no such GPU: this is TensorFlow's build for")
        .contains("With run.device = auto the processor computes");
    assertThat(folder.resolve("gpu")).doesNotExist();
    assertThatThrownBy(() -> ComputeDevice.of(new DeviceOptions("gpu", true)))
        .isInstanceOf(InvalidOptionsException.class);
  }
}
