package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.base.Splitter;
import com.typesafe.config.Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.graph.Workers;
import org.crossfade.core.method.AdaptationMethod;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.FetchedValues;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.datasets.DataRoots;
import org.crossfade.methodtest.SmallSettings;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.Methods;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.loop.Experiment;
import org.crossfade.training.session.CompiledPhase;
import org.crossfade.training.session.PhaseSession;
import org.crossfade.training.session.StepLosses;
import org.crossfade.training.session.WeightFiles;
import org.crossfade.training.workers.Cluster;
import org.crossfade.training.workers.WorkerGroup;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * Several workers compute what one process computes. Two servers in this process, each with its own
 * graphs, stand for two processes; they listen while the test runs.
 *
 * <p>How far losses may drift apart is measured: by one process whose first weights are rounded
 * otherwise in their last digit.
 */
class WorkersTest {
  private static final int ITERATIONS = 4;
  private static final float LAST_DIGIT = 1.2e-7f;

  /** What a phase did: gradients of the first iteration by name, losses of all. */
  private record Trained(Map<String, float[]> gradients, List<Map<String, Float>> losses) {}

  @Test
  void twoWorkersTrainWithBatchStatisticsAsOneProcessDoes() throws Exception {
    equalsOne("source-only", 2, ITERATIONS);
  }

  @Test
  void twoWorkersTrainAnAdversarialPhaseAsOneProcessDoes() throws Exception {
    equalsOne("fada", 2, 2);
  }

  @Test
  void twoWorkersTrainAStudentAndItsTeacherAsOneProcessDoes() throws Exception {
    equalsOne("daformer", 2, 2);
  }

  @Test
  void workersThatDontDivideABatchAreToldWhichNumbersDo() {
    assertThatThrownBy(() -> build("source-only", 3))
        .hasMessageContaining("3 workers can't share the batch of 4 images of stream 'source'")
        .hasMessageContaining("possible numbers are [2, 4]");
  }

  /**
   * All methods that may be shared, or those that {@code -Dworkers.methods=A,B} names: what a
   * method has to pass before it says that it may.
   */
  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> workersTrainEveryMethodThatCanBeSharedAsOneProcessDoes() {
    List<String> named =
        Splitter.on(',').omitEmptyStrings().splitToList(System.getProperty("workers.methods", ""));
    return Methods.all().stream()
        .filter(f -> named.isEmpty() ? f.sharedByWorkers() : named.contains(f.name()))
        .map(AdaptationMethod.Factory::name)
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name, () -> equalsOne(name, 2, Integer.getInteger("workers.iterations", 20))));
  }

  /** Builds every phase as the first of several workers does, and runs nothing. */
  private static void build(String method, int count) {
    for (var phase : experiment(method).method().phases()) {
      if (phase instanceof TrainingPhase training) {
        try (var graph = new Graph()) {
          Ops tf = Ops.create(graph);
          var workers = new Workers(tf, new Workers.Place(0, count), 0);
          var context =
              new StepContext(
                  tf, new VariableStore(tf, 0), training.streams(), Optional.of(workers));
          var unused = training.steps().apply(context);
        }
      }
    }
  }

  private static Experiment experiment(String method, String... more) {
    Config all = new OptionSources(method, true, List.of(), List.of()).resolve();
    var settings = new ArrayList<>(SmallSettings.of(all, method, ITERATIONS));
    settings.addAll(SmallSettings.barest(all, method));
    batches(all.getConfig(method), method, settings);
    settings.addAll(List.of(more));
    return new ExperimentLoader(new OptionSources(method, true, List.of(), settings))
        .experiment(DataRoots.parse(List.of(), Map.of()), WeightFiles.NONE);
  }

  /** Every batch is of four images. */
  private static void batches(Config form, String method, List<String> settings) {
    form.entrySet().stream()
        .map(Map.Entry::getKey)
        .filter(key -> key.endsWith(".batch"))
        .forEach(key -> settings.add(method + "." + key + " = 4"));
  }

  private static void equalsOne(String method, int count, int iterations, String... more)
      throws Exception {
    Experiment experiment = experiment(method, more);
    List<WorkerGroup> groups = count == 1 ? List.of() : groups(experiment, count);
    try {
      for (var phase : experiment.method().phases()) {
        if (phase instanceof TrainingPhase training && isOwn(training, method)) {
          List<Trained> workers =
              inParallel(
                  groups.stream()
                      .<Callable<Trained>>map(
                          g -> () -> train(experiment, training, iterations, 0, Optional.of(g)))
                      .toList());
          Trained alone = train(experiment, training, iterations, 0, Optional.empty());
          Trained rounded = train(experiment, training, iterations, LAST_DIGIT, Optional.empty());
          for (Trained worker : workers) {
            sameGradients(training.name(), worker, alone);
            closeLosses(training.name(), worker, alone, rounded);
            assertThat(worker.losses())
                .as("all workers report one loss")
                .isEqualTo(workers.get(0).losses());
          }
        }
      }
    } finally {
      inParallel(
          groups.stream()
              .<Callable<Void>>map(
                  g ->
                      () -> {
                        g.close();
                        return null;
                      })
              .toList());
    }
  }

  /** The phase on the source is the same in all forms. */
  private static boolean isOwn(TrainingPhase phase, String method) {
    return !phase.name().equals("source") || method.equals("source-only");
  }

  private static void sameGradients(String phase, Trained worker, Trained alone) {
    assertThat(worker.gradients().keySet()).isEqualTo(alone.gradients().keySet());
    double norm = 0;
    double difference = 0;
    for (String name : alone.gradients().keySet()) {
      float[] one = alone.gradients().get(name);
      float[] other = worker.gradients().get(name);
      for (int i = 0; i < one.length; i++) {
        norm += (double) one[i] * one[i];
        difference += ((double) one[i] - other[i]) * ((double) one[i] - other[i]);
      }
    }
    assertThat(norm).isPositive();
    assertThat(Math.sqrt(difference / norm)).as(phase + ": gradients").isLessThan(1e-5);
  }

  private static void closeLosses(String phase, Trained worker, Trained alone, Trained rounded) {
    double drift = 0;
    for (int i = 0; i < alone.losses().size(); i++) {
      for (String term : alone.losses().get(i).keySet()) {
        double one = alone.losses().get(i).get(term);
        drift = Math.max(drift, Math.abs(one - rounded.losses().get(i).get(term)));
        // A sum of few digits differs in its last one whatever the drift.
        assertThat((double) worker.losses().get(i).get(term))
            .as("%s, iteration %d, %s", phase, i + 1, term)
            .isCloseTo(one, within(3 * drift + 2e-6 * Math.max(1, Math.abs(one))));
      }
    }
  }

  private static Trained train(
      Experiment experiment,
      TrainingPhase phase,
      int iterations,
      float rounding,
      Optional<WorkerGroup> group)
      throws IOException {
    try (var compiled = new CompiledPhase(phase, experiment.run(), 0, group)) {
      var session = compiled.session();
      var gradients = gradients(compiled);
      session.variables().initialize(session.session());
      if (rounding > 0) {
        round(session, rounding);
      }
      for (StreamRequest request : phase.streams()) {
        compiled.open(request, experiment.dataset(request), iterations, 0);
      }
      Map<String, float[]> first = new LinkedHashMap<>();
      var names = phase.streams().stream().map(StreamRequest::name).toList();
      // The same images for the gradients alone; the streams begin anew for the losses.
      try (var feeds = compiled.streams().draw(names)) {
        feeds.put(session.context().seedFeed(), TInt64.vectorOf(experiment.run().seed(), 0));
        try (var result = gradients.values().run(session.session(), feeds.tensors())) {
          for (int i = 0; i < gradients.names().size(); i++) {
            TFloat32 value = (TFloat32) result.get(i);
            float[] copy = new float[(int) value.size()];
            value.asRawTensor().data().asFloats().read(copy);
            first.put(gradients.names().get(i), copy);
          }
        }
      }
      for (StreamRequest request : phase.streams()) {
        compiled.open(request, experiment.dataset(request), iterations, 0);
      }
      var losses = new ArrayList<Map<String, Float>>();
      for (int i = 0; i < iterations; i++) {
        Map<String, Float> now = new LinkedHashMap<>();
        for (StepLosses step : compiled.iterate(i)) {
          step.losses().forEach(loss -> now.put(loss.term(), loss.value()));
        }
        losses.add(now);
      }
      return new Trained(first, losses);
    }
  }

  private record Gradients(List<String> names, FetchedValues values) {}

  private static Gradients gradients(CompiledPhase compiled) {
    Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
    for (CompiledStep step : compiled.steps()) {
      for (Update update : step.step().updates()) {
        Parameters own = step.gradients(update.name());
        own.asMap().forEach((name, value) -> all.put(update.name() + " " + name, value));
      }
    }
    return new Gradients(
        List.copyOf(all.keySet()),
        FetchedValues.of(compiled.session().context(), List.copyOf(all.values())));
  }

  private static void round(PhaseSession session, float rounding) {
    Map<String, TFloat32> values = new LinkedHashMap<>();
    for (Variable variable : session.variables().variables()) {
      var result = session.session().runner().fetch(variable.snapshot()).run();
      TFloat32 value = (TFloat32) result.get(0);
      float[] numbers = new float[(int) value.size()];
      value.asRawTensor().data().asFloats().read(numbers);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] *= 1 + (i % 2 == 0 ? rounding : -rounding);
      }
      values.put(variable.name(), TFloat32.tensorOf(variable.shape(), DataBuffers.of(numbers)));
      result.close();
    }
    session.variables().assign(session.session(), values);
    values.values().forEach(TFloat32::close);
  }

  private static List<WorkerGroup> groups(Experiment experiment, int count) throws Exception {
    var sockets = new ArrayList<ServerSocket>();
    for (int i = 0; i < count; i++) {
      sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }
    List<String> addresses =
        sockets.stream().map(socket -> "localhost:" + socket.getLocalPort()).toList();
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    var joining = new ArrayList<Callable<WorkerGroup>>();
    for (int i = 0; i < count; i++) {
      var cluster = new Cluster(addresses, i);
      joining.add(
          () ->
              new WorkerGroup(
                  cluster,
                  PhaseSession.config(experiment.run().threads(), experiment.run().onDevice()),
                  0));
    }
    return inParallel(joining);
  }

  private static <T> List<T> inParallel(List<Callable<T>> work) throws Exception {
    if (work.isEmpty()) {
      return List.of();
    }
    var pool = Executors.newFixedThreadPool(work.size());
    try {
      var results = new ArrayList<T>();
      for (Future<T> one : pool.invokeAll(work)) {
        results.add(one.get());
      }
      return results;
    } finally {
      pool.shutdown();
    }
  }
}
