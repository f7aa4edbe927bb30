package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.methodtest.MethodContract;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.Methods;
import org.crossfade.training.config.OptionSources;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What every method owes the toolkit, whoever wrote it: a method on the class path with a form on
 * Streets is tested here without being named, in that form made very small.
 */
class EveryMethodContractTest {
  @TempDir private static Path folder;

  @Test
  void thereAreMethodsToTest() {
    assertThat(Subjects.methodsOnStreets()).startsWith("source-only").hasSizeGreaterThan(1);
  }

  /** One method a module here, the one of most phases; all of them with {@code -Pslow}. */
  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> aMethodOfEachModuleKeepsTheContract() {
    return ofEachModule()
        .map(method -> DynamicTest.dynamicTest(method, () -> keepsTheContract(method)));
  }

  @Tag("slow")
  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> everyMethodKeepsTheContract() {
    List<String> kept = ofEachModule().toList();
    return methods()
        .filter(method -> !kept.contains(method))
        .map(method -> DynamicTest.dynamicTest(method, () -> keepsTheContract(method)));
  }

  /** One method here, the one of most phases; all of them with {@code -Pslow}. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aRunThatCrashedInEveryPhaseIsTheSame() throws IOException {
    crashesInEveryPhase(
        methods().max(Comparator.comparingInt(EveryMethodContractTest::phases)).orElseThrow());
  }

  @Tag("slow")
  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> everyRunThatCrashedInEveryPhaseIsTheSame() {
    return methods()
        .map(method -> DynamicTest.dynamicTest(method, () -> crashesInEveryPhase(method)));
  }

  private static Stream<String> methods() {
    return Methods.all().stream()
        .map(AdaptationMethod.Factory::name)
        .filter(OptionSources::hasStreetsForm);
  }

  private static Stream<String> ofEachModule() {
    return Methods.all().stream()
        .filter(factory -> OptionSources.hasStreetsForm(factory.name()))
        .collect(Collectors.groupingBy(factory -> factory.getClass().getPackageName()))
        .values()
        .stream()
        .map(
            factories ->
                factories.stream()
                    .map(AdaptationMethod.Factory::name)
                    .max(Comparator.comparingInt(EveryMethodContractTest::phases))
                    .orElseThrow())
        .sorted();
  }

  private static int phases(String method) {
    return new ExperimentLoader(MethodContract.small(method, List.of(), 2))
        .method()
        .phases()
        .size();
  }

  private static void keepsTheContract(String method) throws IOException {
    MethodContract.assertKept(method, folder.resolve(method).resolve("kept"));
  }

  private static void crashesInEveryPhase(String method) throws IOException {
    MethodContract.assertSameAfterCrashes(method, folder.resolve(method).resolve("crashed"));
  }
}
