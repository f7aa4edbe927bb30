package org.crossfade.methodtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.FetchedValues;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.datasets.DataRoots;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.evaluation.RunResults;
import org.crossfade.training.loop.TrainingListener;
import org.crossfade.training.loop.TrainingRun;
import org.crossfade.training.run.Checkpoint;
import org.crossfade.training.run.LoopState;
import org.crossfade.training.run.RunDirectory;
import org.crossfade.training.session.CompiledPhase;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.training.session.WeightFiles;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What every method owes the toolkit, whoever wrote it. A test of a method of one's own calls
 * {@link #assertKept} and {@link #assertSameAfterCrashes}. The method is on the class path, with
 * its factory in {@code META-INF/services} and a form on Streets ({@code
 * crossfade/streets/METHOD.conf}), which is made very small here: seconds a phase.
 */
public final class MethodContract {
  private static final int SEED = 3;
  private static final int ITERATIONS = 2;

  private final String method;
  private final Path folder;

  private MethodContract(String method, Path folder) {
    this.method = method;
    this.folder = folder;
  }

  /**
   * Trains a method and asserts: its options are read back as they were written; losses are finite;
   * in every phase exactly the declared parameters change; a checkpoint is the whole state.
   *
   * @param method name
   * @param folder that is empty
   * @throws AssertionError naming the law that is broken, and the phase and variable where it is
   */
  public static void assertKept(String method, Path folder) throws IOException {
    new MethodContract(method, folder).keepsTheContract();
  }

  /**
   * Trains a method to its end, and once more with a crash in every phase, and asserts that both
   * end in the same weights, bit for bit.
   *
   * @param method name
   * @param folder that is empty
   */
  public static void assertSameAfterCrashes(String method, Path folder) throws IOException {
    new MethodContract(method, folder).crashesInEveryPhase();
  }

  /**
   * Returns a method's form on Streets, or a row's, made so small that a phase takes seconds.
   *
   * @param method name
   * @param files of options, a row's or none
   * @param iterations of each phase that the form trains
   * @param more settings, the strongest
   */
  public static OptionSources small(
      String method, List<Path> files, int iterations, String... more) {
    Config all = new OptionSources(method, true, files, List.of()).resolve();
    var settings = new ArrayList<>(SmallSettings.of(all, method, iterations));
    settings.addAll(List.of(more));
    return new OptionSources(method, true, files, settings);
  }

  private OptionSources small() {
    // t-SNE has tests of its own, and here would take as long as the rest of a phase.
    return small(method, List.of(), ITERATIONS, "run.seed = " + SEED, "run.feature-map-cells = 0");
  }

  /** One run for all laws: each fails by itself. */
  private void keepsTheContract() throws IOException {
    var heard = new Heard();
    RunDirectory run = trained("run", heard);
    assertAll(
        this::optionsRoundTrip,
        () -> lossesAreFinite(run, heard),
        () ->
            eachPhase(
                run,
                opened ->
                    assertAll(
                        () -> trainedAloneChange(opened), () -> checkpointRoundTrip(opened))));
  }

  /** What a run says of its losses. */
  private static final class Heard implements TrainingListener {
    private final List<Progress> progress = new ArrayList<>();

    @Override
    public void progressed(Progress line) {
      progress.add(line);
    }
  }

  private RunDirectory trained(String name, TrainingListener listener) throws IOException {
    TrainingRun run = run(new ExperimentLoader(small()), name);
    run.checkData();
    run.train(List.of("test"), listener);
    return run.directory();
  }

  private TrainingRun run(ExperimentLoader loader, String name) {
    return new TrainingRun(
        loader.experiment(DataRoots.parse(List.of(), Map.of()), WeightFiles.NONE),
        folder.resolve(name),
        Optional.empty());
  }

  private void optionsRoundTrip() throws IOException {
    Config options = small().resolve();
    Path file = folder.resolve("again.conf");
    Files.writeString(file, OptionSources.render(options, method));
    var read = new OptionSources(method, false, List.of(file), List.of());

    assertThat(OptionSources.hash(read.resolve(), method, ""))
        .isEqualTo(OptionSources.hash(options, method, ""));
    var loader = new ExperimentLoader(read);
    assertThat(loader.run()).isEqualTo(new ExperimentLoader(small()).run());
    assertThat(loader.task()).isEqualTo(new ExperimentLoader(small()).task());
  }

  private static void lossesAreFinite(RunDirectory run, Heard heard) throws IOException {
    RunResults results = RunResults.read(run.results()).orElseThrow();
    assertThat(results.last().orElseThrow().evaluation().miou()).isBetween(0.0, 1.0);
    assertThat(heard.progress.stream().map(TrainingListener.Progress::phase))
        .containsAll(results.phases().keySet());
    for (TrainingListener.Progress line : heard.progress) {
      assertThat(line.losses()).isNotEmpty();
      assertThat(line.losses().values()).as(line.toString()).allMatch(Double::isFinite);
    }
  }

  /** Prototypes, averaged teachers and moments are part of a checkpoint as weights are. */
  private void crashesInEveryPhase() throws IOException {
    var loader =
        new ExperimentLoader(
            small(
                method,
                List.of(),
                ITERATIONS,
                "run.seed = " + SEED,
                "run.checkpoint-every = 1",
                "run.feature-map-cells = 0",
                "run.class-center-distance = false",
                "run.evaluate-every = 0"));
    RunDirectory whole = trained("whole", new Heard());
    TrainingRun run = run(loader, "resumed");
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
    List<String> phases = trainingPhases(loader).stream().map(Phase::name).toList();
    for (int i = 0; i < phases.size(); i++) {
      assertThatThrownBy(() -> run.train(List.of("test"), crash)).hasMessage("crash");
    }
    run.train(List.of("test"), crash);

    assertThat(crashed).containsExactlyInAnyOrderElementsOf(phases);
    for (String phase : phases) {
      assertThat(Checkpoint.fingerprint(run.directory().phase(phase)))
          .as("all variables at the end of phase %s", phase)
          .isEqualTo(Checkpoint.fingerprint(whole.phase(phase)));
    }
  }

  private static List<TrainingPhase> trainingPhases(ExperimentLoader loader) {
    return loader.method().phases().stream()
        .filter(TrainingPhase.class::isInstance)
        .map(TrainingPhase.class::cast)
        .toList();
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

  private void eachPhase(RunDirectory run, Consumer<Opened> law) {
    var loader = new ExperimentLoader(small());
    List<TrainingPhase> phases = trainingPhases(loader);
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
}
