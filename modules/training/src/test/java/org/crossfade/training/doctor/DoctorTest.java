package org.crossfade.training.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  @TempDir private Path folder;

  @Test
  void thisMachineTrainsAStepAndSeesItsProcessor() {
    List<Finding> findings = Doctor.examine(List.of(folder));

    assertThat(findings)
        .extracting(Finding::subject)
        .contains("processor", "Java", "heap", "TensorFlow", "devices", "training step", "cache");
    assertThat(of(findings, "devices").found()).contains("CPU");
    assertThat(of(findings, "training step").wrong()).isFalse();
    assertThat(of(findings, "data root").wrong()).isFalse();
  }

  @Test
  void whatIsWrongSaysWhatToDo() {
    Finding missing = Doctor.dataRoot(folder.resolve("nowhere"));
    assertThat(missing.wrong()).isTrue();
    assertThat(missing.found()).contains("nowhere");
    assertThat(Doctor.heap(256L << 20).problem()).contains("-Xmx1g");
    assertThat(Doctor.heap(1L << 30).wrong()).isFalse();
  }

  @Test
  void librariesOfCudaAreFoundByNameAndMissedOnlyByTheBuildThatWantsThem() throws IOException {
    Files.createFile(folder.resolve("libcudart.so.12"));
    Files.createFile(folder.resolve("libcudnn.so.9.3.0"));
    var libraries = new SharedLibraries(List.of(folder, folder.resolve("absent")));

    assertThat(libraries.find("libcudart.so.12")).contains(folder.resolve("libcudart.so.12"));
    assertThat(libraries.find("libcudnn.so.9")).contains(folder.resolve("libcudnn.so.9.3.0"));
    assertThat(libraries.summary().wrong()).isFalse();
    assertThat(libraries.summary().found()).startsWith("2 of 8 ");
    assertThat(libraries.findings())
        .hasSize(8)
        .filteredOn(Finding::wrong)
        .hasSize(6)
        .allMatch(finding -> finding.problem().startsWith("install "));
  }

  @Test
  void theReasonAgainstAGpuNamesWhatIsMissing() throws IOException {
    assertThat(Devices.whyNoGpu(new SharedLibraries(List.of(folder)), null))
        .startsWith("libcuda.so.1 is not found, nor 7 more of CUDA's")
        .contains("NVIDIA's driver", "doctor lists them all");
    for (String name : SharedLibraries.WANTED.keySet()) {
      Files.createFile(folder.resolve(name));
    }
    assertThat(Devices.whyNoGpu(new SharedLibraries(List.of(folder)), null)).contains("nvidia-smi");
    assertThat(Devices.whyNoGpu(new SharedLibraries(List.of(folder)), "-1"))
        .contains("CUDA_VISIBLE_DEVICES=-1");
  }

  @Test
  void foldersOfTheLoadersConfigurationAreSearched() throws IOException {
    Files.writeString(folder.resolve("cuda.conf"), "# CUDA\n/opt/cuda/lib64\n");
    Files.writeString(folder.resolve("other.txt"), "/nowhere\n");
    assertThat(SharedLibraries.configured(folder)).containsExactly(Path.of("/opt/cuda/lib64"));
    assertThat(SharedLibraries.configured(folder.resolve("absent"))).isEmpty();
  }

  private static Finding of(List<Finding> findings, String subject) {
    return findings.stream().filter(f -> f.subject().equals(subject)).findFirst().orElseThrow();
  }
}
