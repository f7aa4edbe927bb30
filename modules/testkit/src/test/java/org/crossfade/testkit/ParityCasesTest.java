package org.crossfade.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.crossfade.weights.DataType;
import org.crossfade.weights.NamedTensor;
import org.crossfade.weights.Safetensors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParityCasesTest {
  @TempDir Path directory;

  @Test
  void eachCaseOfAClaimedKindIsATestNamedAfterIt() throws IOException {
    write("a.kind--one", "a.kind", "\"y\"", "{}", NamedTensor.of("y", new float[] {1}, 1));
    write("a.kind--two", "a.kind", "\"y\"", "{}", NamedTensor.of("y", new float[] {2}, 1));
    write(
        "other.kind--three", "other.kind", "\"y\"", "{}", NamedTensor.of("y", new float[] {2}, 1));
    assertThat(tests((parityCase, expected) -> {}).stream().map(DynamicTest::getDisplayName))
        .containsExactly("a.kind--one", "a.kind--two");
  }

  @Test
  void directoryWithoutAClaimedKindGivesNoTestsAndAMissingOneFails() {
    assertThat(tests((parityCase, expected) -> {})).isEmpty();
    assertThatThrownBy(() -> new ParityDirectory(directory.resolve("none"), 1))
        .hasMessageContaining("parity.dir")
        .hasMessageContaining("none");
  }

  @Test
  void fieldThatIsNeverCheckedFailsTheCase() throws IOException {
    write("a.kind--one", "a.kind", "\"y\"", "{}", NamedTensor.of("y", new float[] {1}, 1));
    assertThatThrownBy(() -> run((parityCase, expected) -> {}))
        .hasMessageContaining("y: expected by the case, but never checked");
  }

  @Test
  void failurePrintsTheArrayTheLargestDifferencesAndWhere() throws IOException {
    write(
        "a.kind--one",
        "a.kind",
        "\"y\"",
        "{}",
        NamedTensor.of("y", new float[] {1, 100, 0, 4}, 2, 2));
    // Allowed: 0.01 + 0.001·|expected|.
    assertThatCode(() -> run((c, expected) -> expected.check("y", 1.01, 100.1, -0.01, 4)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> run((c, expected) -> expected.check("y", 1.02f, 100.1f, 0f, 4f)))
        .hasMessageContaining("y: 1 of 4 elements")
        .hasMessageContaining("largest absolute difference 0.1000 at [0, 1]")
        .hasMessageContaining("largest relative difference 0.02000 at [0, 0]")
        .hasMessageContaining("slack of 1.818");
    assertThatThrownBy(() -> run((c, expected) -> expected.check("y", 1, 100, 0)))
        .hasMessageContaining("expected 4 elements of shape [2, 2], got 3");
    assertThatThrownBy(() -> run((c, expected) -> expected.check("y", 1, 100, 0, Double.NaN)))
        .hasMessageContaining("Infinity at [1, 1] (expected 4.0, got NaN)");
  }

  @Test
  void slackMultipliesTolerances() throws IOException {
    write("a.kind--one", "a.kind", "\"y\"", "{}", NamedTensor.of("y", new float[] {1}, 1));
    ParityDirectory lenient = new ParityDirectory(directory, 2);
    assertThatCode(() -> run(lenient, (c, expected) -> expected.check("y", 1.02)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> run(lenient, (c, expected) -> expected.check("y", 1.03)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void rowTolerancesWinOverTheFieldsAndTheFieldsOverTheCases() throws IOException {
    writeWithTolerance(
        "{\"rtol\":1,\"atol\":1,\"per_field\":{\"y\":{\"rtol\":0,\"atol\":0.5,\"atol_rows\":[0,0.2]}}}",
        NamedTensor.of("y", new float[] {1, 1, 1, 1}, 2, 2));
    assertThatCode(() -> run((c, expected) -> expected.check("y", 1, 1, 1.1, 0.9)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> run((c, expected) -> expected.check("y", 1, 1.1, 1, 1)))
        .hasMessageContaining("1 of 4");
    assertThatThrownBy(() -> run((c, expected) -> expected.check("y", 1, 1, 1, 1.3)))
        .hasMessageContaining("1 of 4");
  }

  @Test
  void wholeNumbersMustBeEqualWhateverTheToleranceButImagesFollowIt() throws IOException {
    writeWithTolerance("{\"rtol\":1,\"atol\":1}", NamedTensor.of("y", new int[] {1000, 2}, 2));
    assertThatThrownBy(() -> run((c, expected) -> expected.check("y", 1000, 3)))
        .hasMessageContaining("1 of 2 elements differ, the first at [1]: expected 2, got 3");
    assertThatThrownBy(() -> run((c, expected) -> expected.check("y", 1000f, 2.5f)))
        .isInstanceOf(AssertionError.class);
    writeWithTolerance(
        "{\"rtol\":0,\"atol\":1}", NamedTensor.ofBytes("y", DataType.UINT8, new byte[] {-1, 7}, 2));
    assertThatCode(() -> run((c, expected) -> expected.check("y", 254, 8)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> run((c, expected) -> expected.check("y", 253, 8)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void stridedFieldsAreThinnedAndTheWholeShapeIsCompared() throws IOException {
    // 1x3x2x2: the rows 0 and 2, all columns, channel 0.
    float[] full = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    write(
        "a.kind--one",
        "a.kind",
        "\"y\"",
        "{\"stride\":{\"y\":[1,2,1,2]}}",
        NamedTensor.of("y", new float[] {0, 2, 8, 10}, 1, 2, 2, 1));
    assertThatCode(() -> run((c, expected) -> expected.checkStrided("y", full, 1, 3, 2, 2)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> run((c, expected) -> expected.checkStrided("y", full, 1, 2, 3, 2)))
        .hasMessageContaining("expected shape [1, 2, 2, 1], got [1, 1, 3, 1]");
  }

  @Test
  void samplesAndStatisticsOfAFlattenedArray() throws IOException {
    write(
        "a.kind--one",
        "a.kind",
        "\"s\",\"t\"",
        "{}",
        NamedTensor.of("s", new float[] {3, 5}, 2),
        NamedTensor.of("t", new double[] {4, Math.sqrt(50)}, 2));
    assertThatCode(
            () ->
                run(
                    (c, expected) -> {
                      expected.checkSample("s", new float[] {3, 4, 5}, 2);
                      expected.checkMeanAndNorm("t", new float[] {3, 4, 5});
                    }))
        .doesNotThrowAnyException();
  }

  @Test
  void notANumberStandsForTheUndefinedValue() throws IOException {
    write(
        "a.kind--one",
        "a.kind",
        "\"y\"",
        "{\"undefined\":-1}",
        NamedTensor.of("y", new double[] {-1, 0.5}, 2));
    assertThatCode(() -> run((c, expected) -> expected.check("y", Double.NaN, 0.5)))
        .doesNotThrowAnyException();
  }

  @Test
  void kindsThatTheModuleDoesNotClaimAreRefused() {
    assertThatThrownBy(
            () -> ParityCases.of(ParityCasesTest.class).claim("metric.iou", (c, e) -> {}).tests())
        .hasMessageContaining("metric.iou")
        .hasMessageContaining(ClaimedKinds.RESOURCE);
  }

  @Test
  void weightsOfAnotherGeneratorAreRefused() throws Exception {
    var described = new ObjectMapper().readTree("{\"generator\":\"mt19937\",\"seed\":1}");
    assertThatThrownBy(() -> ParityCase.weights(described)).hasMessageContaining("splitmix64");
  }

  private void write(
      String name, String kind, String expected, String params, NamedTensor... tensors)
      throws IOException {
    write(name, kind, expected, params, "{\"rtol\":0.001,\"atol\":0.01}", tensors);
  }

  private void writeWithTolerance(String tolerance, NamedTensor tensor) throws IOException {
    write("a.kind--one", "a.kind", "\"y\"", "{}", tolerance, tensor);
  }

  private void write(
      String name,
      String kind,
      String expected,
      String params,
      String tolerance,
      NamedTensor... tensors)
      throws IOException {
    Files.writeString(
        directory.resolve(name + ".json"),
        "{\"kind\":\"%s\",\"inputs\":[],\"expected\":[%s],\"params\":%s,\"tolerance\":%s}"
            .formatted(kind, expected, params, tolerance));
    Safetensors.write(directory.resolve(name + ".safetensors"), List.of(tensors));
  }

  private List<DynamicTest> tests(ParityCheck check) {
    return tests(new ParityDirectory(directory, 1), check);
  }

  private static List<DynamicTest> tests(ParityDirectory cases, ParityCheck check) {
    return ParityCases.of(ParityCasesTest.class).claim("a.kind", check).tests(cases).toList();
  }

  private void run(ParityCheck check) throws Throwable {
    run(new ParityDirectory(directory, 1), check);
  }

  private static void run(ParityDirectory cases, ParityCheck check) throws Throwable {
    for (DynamicTest test : tests(cases, check)) {
      test.getExecutable().execute();
    }
  }
}
