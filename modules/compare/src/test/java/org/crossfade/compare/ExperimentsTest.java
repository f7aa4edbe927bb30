package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every experiment that is shipped makes the method of its folder, and source-only beside it. */
class ExperimentsTest {
  private static final Path EXPERIMENTS = Path.of("../../experiments");

  @TestFactory
  Stream<DynamicTest> everyExperimentMakesItsMethod() throws IOException {
    List<Path> files;
    try (var walk = Files.walk(EXPERIMENTS)) {
      files = walk.filter(f -> f.toString().endsWith(".conf")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    return files.stream()
        .flatMap(
            file ->
                Stream.of(file.getParent().getFileName().toString(), "source-only")
                    .map(
                        method ->
                            DynamicTest.dynamicTest(
                                file + " " + method, () -> make(file, method))));
  }

  private static void make(Path file, String method) {
    var loader = new ExperimentLoader(new OptionSources(method, false, List.of(file), List.of()));

    assertThat(loader.method().phases()).isNotEmpty();
    assertThat(loader.task().name()).isNotEqualTo("GTA5 to Cityscapes");
  }
}
