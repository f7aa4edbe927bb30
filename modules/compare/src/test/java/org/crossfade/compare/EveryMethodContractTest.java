package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.FetchedValues;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.datasets.DataRoots;
import org.crossfade.report.FinishedRun;
import org.crossfade.report.MetricsHistory;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.Methods;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.loop.TrainingListener;
import org.crossfade.training.loop.TrainingRun;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.session.CompiledPhase;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.training.session.WeightFiles;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What every method owes the toolkit, whoever wrote it: a method on the class path with a form on
 * Streets is tested here without being named, in that form made very small.
 */
class EveryMethodContractTest {
  private static final int SEED = 3;

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
    return new ExperimentLoader(small(method)).method().phases().size();
  }

  /** One run for all laws: each fails by itself. */
  private static void keepsTheContract(String method) throws IOException {
    RunDirectory run = trained(method, "run");
    assertAll(
        () -> optionsRoundTrip(method),
        () -> lossesAreFinite(run),
        () ->
            eachPhase(
                method,
                run,
                opened ->
                    assertAll(
                        () -> trainedAloneChange(opened), () -> checkpointRoundTrip(opened))));
  }

  private static RunDirectory trained(String method, String name) throws IOException {
    var loader = new ExperimentLoader(small(method));
    var run =
        new TrainingRun(
            loader.experiment(DataRoots.parse(List.of(), Map.of()), WeightFiles.NONE),
            folder.resolve(method).resolve(name),
            Optional.empty());
    run.checkData();
    run.train(List.of("test"));
    return run.directory();
  }

  private static void optionsRoundTrip(String method) throws IOException {
    Config options = small(method).resolve();
    Path file = folder.resolve(method).resolve("again.conf");
    Files.writeString(file, OptionSources.render(options, method));
    var read = new OptionSources(method, false, List.of(file), List.of());

    assertThat(OptionSources.hash(read.resolve(), method, ""))
        .isEqualTo(OptionSources.hash(options, method, ""));
    var loader = new ExperimentLoader(read);
    assertThat(loader.run()).isEqualTo(new ExperimentLoader(small(method)).run());
    assertThat(loader.task()).isEqualTo(new ExperimentLoader(small(method)).task());
  }

  private static void lossesAreFinite(RunDirectory run) throws IOException {
    FinishedRun finished = FinishedRun.read(run.root()).orElseThrow();
    assertThat(finished.scores().miou()).isBetween(0.0, 1.0);
    for (String phase : finished.results().phases().keySet()) {
      assertThat(finished.history().progressOf(phase)).as(phase).isNotEmpty();
    }
    for (MetricsHistory.Progress line : finished.history().progress()) {
      assertThat(line.losses()).isNotEmpty();
      assertThat(line.losses().values()).as(line.toString()).allMatch(Double::isFinite);
    }
  }

  /** Prototypes, averaged teachers and moments are part of a checkpoint as weights are. */
  private static void crashesInEveryPhase(String method) throws IOException {
    var loader =
        new ExperimentLoader(
            SmallForm.of(
                method,
                List.of(),
                2,
                "run.seed = " + SEED,
                "run.checkpoint-every = 1",
                "run.feature-map-cells = 0",
                "run.class-center-distance = false",
                "run.evaluate-every = 0"));
    RunDirectory whole = trained(method, "whole");
    Path resumed = folder.resolve(method).resolve("resumed");
    var run =
        new TrainingRun(
            loader.experiment(DataRoots.parse(List.of(), Map.of()), WeightFiles.NONE),
            resumed,
            Optional.empty());
    var crashed = new HashSet<String>();
    var crash =
        new TrainingListener() {
          @Override
          public void saved(String phase, long iteration) {
            if (iteration == 1 && crashed.add(phase)) {
              throw new IllegalStateException("crash");
            }
          }
        };
    List<String> phases =
        loader.method().phases().stream()
            .filter(TrainingPhase.class::isInstance)
            .map(phase -> phase.name())
            .toList();
    for (int i = 0; i < phases.size(); i++) {
      assertThatThrownBy(() -> run.train(List.of("test"), crash)).hasMessage("crash");
    }
    run.train(List.of("test"), crash);

    assertThat(crashed).containsExactlyInAnyOrderElementsOf(phases);
    for (String phase : phases) {
      assertThat(Checkpoint.fingerprint(new RunDirectory(resumed).phase(phase)))
          .as("all variables at the end of phase %s", phase)
          .isEqualTo(Checkpoint.fingerprint(whole.phase(phase)));
    }
  }

  /** One phase's graph beside the folder of the finished run. */
  private record Opened(CompiledPhase compiled, FetchedValues variables, RunDirectory run) {
    static Opened of(CompiledPhase compiled, RunDirectory run) {
      PhaseSession session = compiled.session();
      List<Operand<TFloat32>> snapshots =
          session.variables().variables().stream().map(Variable::snapshot).toList();
      return new Opened(compiled, FetchedValues.of(session.context(), snapshots), run);
    }

    TrainingPhase phase() {
      return compiled.phase();
    }

    PhaseSession session() {
      return compiled.session();
    }

    List<CompiledStep> steps() {
      return compiled.steps();
    }

    Map<String, float[]> values() {
      var values = new LinkedHashMap<String, float[]>();
      try (var result = variables.run(session().session(), Map.of())) {
        int i = 0;
        for (Variable variable : session().variables().variables()) {
          float[] copy = new float[(int) variable.elements()];
          ((TFloat32) result.get(i++)).asRawTensor().data().asFloats().read(copy);
          values.put(variable.name(), copy);
        }
      }
      return values;
    }

    LoopState restoreEnd() {
      return session()
          .checkpoint()
          .restore(session().session(), session().variables(), run.phase(phase().name()));
    }
  }

  private static void eachPhase(String method, RunDirectory run, Consumer<Opened> law) {
    var loader = new ExperimentLoader(small(method));
    List<TrainingPhase> phases =
        loader.method().phases().stream()
            .filter(TrainingPhase.class::isInstance)
            .map(TrainingPhase.class::cast)
            .toList();
    assertThat(phases).isNotEmpty();
    for (TrainingPhase phase : phases) {
      try (var compiled = new CompiledPhase(phase, loader.run(), 0)) {
        law.accept(Opened.of(compiled, run));
      }
    }
  }

  private static void trainedAloneChange(Opened opened) {
    opened.session().initialise(opened.phase().initialWeights(), opened.run(), Optional.empty());
    Map<String, float[]> before = opened.values();
    opened.restoreEnd();
    Map<String, float[]> after = opened.values();
    Set<String> moving = new HashSet<>();
    opened.steps().forEach(step -> moving.addAll(step.trained()));
    for (String name : moving) {
      // Or its slots alone: a bias in front of batch norm has a gradient of rounding errors, which
      // may be too short a step for its last digit.
      assertThat(after.keySet())
          .as("trained: " + name)
          .anyMatch(
              v ->
                  (v.equals(name) || v.endsWith("." + name))
                      && !Arrays.equals(after.get(v), before.get(v)));
    }
    for (CompiledStep step : opened.steps()) {
      step.step().stateUpdates().stream().map(StateUpdate::variable).forEach(moving::add);
    }
    for (Variable variable : opened.session().variables().variables()) {
      if (variable.kind() != ParameterSpec.Kind.SLOT && !moving.contains(variable.name())) {
        assertThat(after.get(variable.name()))
            .as("frozen: " + variable.name())
            .isEqualTo(before.get(variable.name()));
      }
    }
  }

  private static void checkpointRoundTrip(Opened opened) {
    LoopState state = opened.restoreEnd();
    Map<String, float[]> values = opened.values();
    Path copy = opened.run().root().resolve("copies").resolve(opened.phase().name());
    opened
        .session()
        .checkpoint()
        .save(opened.session().session(), opened.session().variables(), state, copy);
    opened.session().variables().initialize(opened.session().session());
    LoopState restored =
        opened
            .session()
            .checkpoint()
            .restore(opened.session().session(), opened.session().variables(), copy);

    assertThat(restored).isEqualTo(state);
    assertThat(Checkpoint.state(copy)).isEqualTo(state);
    Map<String, float[]> again = opened.values();
    assertThat(again.keySet()).isEqualTo(values.keySet());
    again.forEach((name, value) -> assertThat(value).as(name).isEqualTo(values.get(name)));
  }

  private static OptionSources small(String method) {
    // t-SNE has tests of its own, and here would take as long as the rest of a phase.
    return SmallForm.of(method, List.of(), 2, "run.seed = " + SEED, "run.feature-map-cells = 0");
  }
}
