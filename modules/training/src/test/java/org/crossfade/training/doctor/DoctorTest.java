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

  private static Finding of(List<Finding> findings, String subject) {
    return findings.stream().filter(f -> f.subject().equals(subject)).findFirst().orElseThrow();
  }
}
