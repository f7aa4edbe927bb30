package org.crossfade.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.WeightFile;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Files that PyTorch wrote. The reader has no test scope of its own here: it lies below the runner.
 */
class WeightsParityTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(WeightsParityTest.class)
        .claim("checkpoint.pth", WeightsParityTest::checkpoint)
        .tests();
  }

  private static void checkpoint(ParityCase parityCase, Expected expected) {
    WeightFile file =
        WeightFile.read(parityCase.directory().resolve(parityCase.param("file").asText()));
    assertThat(file.format().name().toLowerCase(Locale.ROOT))
        .isEqualTo("pth_" + parityCase.param("container").asText());
    Map<String, NamedTensor> tensors =
        file.tensors(
            parityCase.params().path("root_key").asText(""),
            parityCase.params().path("strip_prefix").asText(""));
    assertThat(tensors.keySet()).containsExactlyInAnyOrderElementsOf(parityCase.expected());
    tensors.forEach(
        (name, tensor) -> {
          assertThat(tensor.type().name().toLowerCase(Locale.ROOT))
              .as("type of %s", name)
              .isEqualTo(parityCase.param("torch_dtypes").get(name).asText());
          long[] shape = tensor.shape().length == 0 ? new long[] {1} : tensor.shape();
          assertThat(shape).as("shape of %s", name).isEqualTo(expected.shape(name));
          if (tensor.type().isInteger()) {
            expected.check(name, tensor.toLongs());
          } else {
            expected.check(name, tensor.toFloats());
            // By the order of doubles, which tells the two zeros apart.
            assertThat(tensor.toDoubles()).as(name).containsExactly(expected.values(name));
          }
        });
  }
}
