package org.crossfade.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.Variable;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.method.StepContext;
import org.crossfade.core.method.Update;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class AdamTest {
  private static final int SIZE = 40;
  private static final int STEPS = 60;
  private static final double RATE = 0.01;

  /** Betas whose 1 − β single precision keeps, and some that it does not. */
  @ParameterizedTest
  @CsvSource({
    "0.9, 0.999, 0, COUPLED",
    "0.5, 0.99, 0.01, COUPLED",
    "0.98, 0.999, 0.1, COUPLED",
    "0.99, 0.9, 0.1, DECOUPLED",
    "0.9, 0.999, 0.01, DECOUPLED",
  })
  void followsTheEquationsInDoublePrecision(
      double beta1, double beta2, double decay, Adam.Decay where) {
    var random = new Random(5);
    double[] w = random.doubles(SIZE, -1, 1).map(x -> (float) x).toArray();
    double[] m = new double[SIZE];
    double[] v = new double[SIZE];
    try (var graph = new ScratchGraph()) {
      Ops tf = graph.tf();
      Variable variable =
          graph.store().create(ParameterSpec.weight("w", Shape.of(SIZE), Initializer.zeros()));
      var fed = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(SIZE)));
      var loss = tf.reduceSum(tf.math.mul(variable.snapshot(), fed), tf.constant(0));
      var group = new ParameterGroup("w", NamePattern.of("w"), Schedule.constant(RATE));
      var update =
          new Update(
              "u",
              List.of(new LossTerm("loss", 1, loss)),
              List.of(group),
              new Adam(beta1, beta2, 1e-8, decay, where));
      var context = new StepContext(tf, graph.store(), List.of());
      CompiledStep step =
          CompiledStep.compile(context, context.step("step", List.of(), List.of(update)));
      graph.store().initialize(graph.session());
      graph.assign("w", floats(w));
      for (int t = 1; t <= STEPS; t++) {
        float[] gradient = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
          // From 1e-6 to 1e3: ε counts in the first, nowhere else.
          gradient[i] = (float) (random.nextGaussian() * Math.pow(10, i % 10 - 6));
          double g = gradient[i];
          if (where == Adam.Decay.COUPLED) {
            g += decay * w[i];
          } else {
            w[i] *= 1 - RATE * decay;
          }
          m[i] = beta1 * m[i] + (1 - beta1) * g;
          v[i] = beta2 * v[i] + (1 - beta2) * g * g;
          double root = Math.sqrt(v[i] / (1 - Math.pow(beta2, t)));
          w[i] -= RATE * m[i] / (1 - Math.pow(beta1, t)) / (root + 1e-8);
        }
        try (TFloat32 value = ScratchGraph.tensor(gradient, SIZE)) {
          step.run(graph.session(), Map.of(fed, value), t);
        }
      }

      float[] first = slot(graph, Adam.FIRST_MOMENT);
      float[] second = slot(graph, Adam.SECOND_MOMENT);
      float[] moved = graph.fetch(variable.snapshot());
      for (int i = 0; i < SIZE; i++) {
        double scale = Math.pow(10, i % 10 - 6) + decay;
        assertThat((double) first[i]).isCloseTo(m[i], offset(1e-6 * scale));
        assertThat((double) second[i]).isCloseTo(v[i], offset(2e-6 * v[i]));
        assertThat((double) moved[i]).isCloseTo(w[i], offset(5e-6));
      }
    }
  }

  private static float[] slot(ScratchGraph graph, String kind) {
    return graph.fetch(graph.store().get(UpdateContext.slotName("u", kind, "w")).snapshot());
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
