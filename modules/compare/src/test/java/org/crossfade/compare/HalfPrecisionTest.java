package org.crossfade.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Precision;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.FetchedValues;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.method.Update;
import org.crossfade.methodtest.SmallSettings;
import org.crossfade.training.config.ExperimentLoader;
import org.crossfade.training.config.OptionSources;
import org.crossfade.training.options.DeviceOptions;
import org.crossfade.training.session.PhaseSession;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/**
 * Steps compute in bfloat16 what they compute in float32, which parity cases hold to the official
 * codes: losses, and the gradient of each, all weights that it moves as one array. Without batch
 * norm: where it normalises by a few cells of a network that is not trained yet, rounding alone
 * moves gradients by more.
 *
 * <p>Operands and results of products are rounded to bfloat16, and products computed in float32, so
 * that the test runs on any processor; {@code PrecisionTest} of core shows that TensorFlow's own
 * kernels give the same.
 */
class HalfPrecisionTest {
  /** Of an array's norm; 0.009 was measured. */
  private static final double TOLERANCE = 0.02;

  /** Pixels of a block's side. */
  private static final int BLOCK = 16;

  private static final int CLASSES = 19;

  /** What a phase computes of the same weights and the same batches. */
  private record Outcome(Map<String, float[]> arrays) {
    /** Returns the largest ‖a − b‖/‖b‖ of all arrays. */
    double distanceTo(Outcome other) {
      double largest = 0;
      for (String name : arrays.keySet()) {
        float[] a = arrays.get(name);
        float[] b = other.arrays.get(name);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < b.length; i++) {
          difference += Math.pow(a[i] - b[i], 2);
          norm += Math.pow(b[i], 2);
        }
        double distance = difference == 0 ? 0 : Math.sqrt(difference / norm);
        largest = Math.max(largest, distance);
      }
      return largest;
    }
  }

  /** One step of a phase, compiled, with the values that are compared. */
  private static final class Compiled implements AutoCloseable {
    private final PhaseSession session;
    private final Map<String, Operand<TFloat32>> named = new LinkedHashMap<>();
    private final FetchedValues values;
    private final Map<Operand<?>, Tensor> feeds = new LinkedHashMap<>();

    /**
     * Builds.
     *
     * @param flipped number of the loss term that gets the wrong sign, over all updates; −1 for
     *     none
     */
    Compiled(TrainingPhase phase, Precision precision, int flipped) {
      session = new PhaseSession(3, 1, DeviceOptions.AUTO, precision, phase.streams());
      StepContext context = session.context();
      int terms = 0;
      for (Step step : phase.steps().apply(context)) {
        var updates = new ArrayList<Update>();
        for (Update update : step.updates()) {
          var signed = new ArrayList<LossTerm>();
          for (LossTerm term : update.terms()) {
            double sign = terms++ == flipped ? -1 : 1;
            signed.add(new LossTerm(term.name(), sign * term.weight(), term.value()));
            named.put(step.name() + " loss " + term.name(), term.value());
          }
          updates.add(new Update(update.name(), signed, update.groups(), update.optimizer()));
        }
        CompiledStep compiled =
            CompiledStep.compile(
                context,
                context.step(
                    step.name(), step.streams(), updates, step.stateUpdates(), step.metrics()));
        for (Update update : updates) {
          Parameters weights =
              Parameters.of(
                  compiled.gradients(update.name()).names().stream()
                      .collect(
                          Collectors.toMap(n -> n, n -> session.variables().get(n).snapshot())));
          for (LossTerm term : update.terms()) {
            // By itself: the weight of an adversarial term is a thousandth of the others'.
            new GradientTape(session.tf())
                .gradientWhereConnected(LossTerm.total(session.tf(), List.of(term)), weights)
                .asMap()
                .forEach((name, g) -> named.put("gradient of " + term.name() + "/" + name, g));
          }
        }
      }
      values = FetchedValues.of(context, named.values());
      session.variables().initialize(session.session());
      feed(phase.streams());
    }

    /**
     * Images of blocks whose colour is their class's, with some noise: gradients of images that say
     * nothing of their labels cancel, and what is left of them is rounding.
     */
    private void feed(List<StreamRequest> streams) {
      var random = new Random(5);
      feeds.put(session.context().seedFeed(), TInt64.vectorOf(3, 0));
      for (StreamRequest stream : streams) {
        StepContext.StreamFeeds placeholders = session.context().feeds(stream.name());
        Shape shape = placeholders.labels().shape();
        int width = (int) shape.get(2);
        byte[] labels = new byte[(int) shape.size()];
        byte[] images = new byte[3 * labels.length];
        for (int i = 0; i < labels.length; i++) {
          int label = (i / width / BLOCK * 3 + i % width / BLOCK) % CLASSES;
          labels[i] = (byte) label;
          for (int c = 0; c < 3; c++) {
            images[3 * i + c] = (byte) ((label * (c + 1) * 53 + random.nextInt(8)) % 256);
          }
        }
        feeds.put(placeholders.images(), tensor(placeholders.images().shape(), images));
        feeds.put(placeholders.labels(), tensor(shape, labels));
      }
    }

    private static TUint8 tensor(Shape shape, byte[] values) {
      return TUint8.tensorOf(shape, DataBuffers.of(values, true, false));
    }

    /** Leaves out the first layer of those whose kernels are trained: its kernel is 0. */
    void leaveOutALayer() {
      List<Variable> kernels =
          session.variables().variables().stream()
              .filter(v -> v.kind() == ParameterSpec.Kind.WEIGHT)
              .filter(v -> v.shape().numDimensions() == 4)
              .filter(v -> named.keySet().stream().anyMatch(n -> n.endsWith("/" + v.name())))
              .toList();
      Variable left = kernels.get(0);
      try (TFloat32 zeros = TFloat32.tensorOf(left.shape())) {
        session.variables().assign(session.session(), Map.of(left.name(), zeros));
      }
    }

    /** Returns the losses, and for each update one array of all its gradients. */
    Outcome outcome() {
      var parts = new LinkedHashMap<String, List<float[]>>();
      try (var result = values.run(session.session(), feeds)) {
        int i = 0;
        for (String name : named.keySet()) {
          float[] copy = new float[(int) result.get(i).shape().size()];
          ((TFloat32) result.get(i++)).asRawTensor().data().asFloats().read(copy);
          parts.computeIfAbsent(name.replaceFirst("/.*", ""), n -> new ArrayList<>()).add(copy);
        }
      }
      var arrays = new LinkedHashMap<String, float[]>();
      parts.forEach((name, list) -> arrays.put(name, joined(list)));
      return new Outcome(arrays);
    }

    private static float[] joined(List<float[]> parts) {
      float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
      int at = 0;
      for (float[] part : parts) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      return all;
    }

    int terms() {
      return (int) named.keySet().stream().filter(name -> name.contains(" loss ")).count();
    }

    @Override
    public void close() {
      feeds.values().forEach(Tensor::close);
      session.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> aStepComputesInBfloat16WhatItDoesInFloat32() {
    return tests("metapix", "joint");
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> aStepWithLearntWeightsComputesInBfloat16WhatItDoesInFloat32() {
    return tests("metapix", "weighted-1");
  }

  private static Stream<DynamicTest> tests(String method, String name) {
    Config all = new OptionSources(method, true, List.of(), List.of()).resolve();
    List<String> small = SmallSettings.of(all, method, 2);
    return new ExperimentLoader(new OptionSources(method, true, List.of(), small))
        .method().phases().stream()
            .filter(phase -> phase.name().equals(name))
            .map(TrainingPhase.class::cast)
            .map(phase -> DynamicTest.dynamicTest(method + " " + name, () -> check(phase)));
  }

  private static void check(TrainingPhase phase) {
    int terms;
    Outcome single;
    try (var compiled = new Compiled(phase, Precision.FLOAT32, -1)) {
      single = compiled.outcome();
      terms = compiled.terms();
    }
    try (var compiled = new Compiled(phase, Precision.EMULATED_BFLOAT16, -1)) {
      assertThat(compiled.outcome().distanceTo(single)).isGreaterThan(0).isLessThan(TOLERANCE);
      compiled.leaveOutALayer();
      assertThat(compiled.outcome().distanceTo(single))
          .as("a layer was left out")
          .isGreaterThan(TOLERANCE);
    }
    for (int term = 0; term < terms; term++) {
      try (var compiled = new Compiled(phase, Precision.EMULATED_BFLOAT16, term)) {
        assertThat(compiled.outcome().distanceTo(single))
            .as("loss term %s of %s has the wrong sign", term, terms)
            .isGreaterThan(TOLERANCE);
      }
    }
  }
}
