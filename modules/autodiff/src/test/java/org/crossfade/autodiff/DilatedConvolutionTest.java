package org.crossfade.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * TensorFlow's own gradient of a dilated convolution is that of the undilated one, and raises no
 * error: these tests hold ours against differences of the function itself.
 */
class DilatedConvolutionTest {
  private static final Shape IMAGE = Shape.of(1, 7, 9, 2);
  private static final Shape KERNEL = Shape.of(3, 3, 2, 3);

  @ParameterizedTest
  @CsvSource({"2, SAME", "3, SAME", "6, SAME", "2, VALID"})
  void gradientsAreThoseOfTheDilatedConvolution(int dilation, String padding) {
    try (var f = new Function(dilation, padding, /* order= */ 0)) {
      // Quadratic in each operand: central differences are exact but for rounding.
      assertGradient(f, "x", IMAGE, 0.25f, 1e-3);
      assertGradient(f, "kernel", KERNEL, 0.25f, 1e-3);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, SAME", "3, SAME", "2, VALID"})
  void gradientsOfGradientsAreThoseOfTheDilatedConvolution(int dilation, String padding) {
    try (var f = new Function(dilation, padding, /* order= */ 1)) {
      assertGradient(f, "x", IMAGE, 0.03125f, 5e-3);
      assertGradient(f, "kernel", KERNEL, 0.03125f, 5e-3);
    }
  }

  private static void assertGradient(
      Function f, String operand, Shape shape, float step, double tolerance) {
    float[] gradient = f.gradient(operand);
    var random = new Random(5);
    for (int sample = 0; sample < 12; sample++) {
      int element = random.nextInt((int) shape.size());
      double above = f.value(operand, element, step);
      double below = f.value(operand, element, -step);
      double difference = (above - below) / (2.0 * step);
      assertThat((double) gradient[element])
          .as("%s[%d]", operand, element)
          .isCloseTo(difference, within(tolerance * f.scale(operand)));
    }
  }

  /** Σ y² of a convolution y, or the sum of the squared gradients of Σ y² by both operands. */
  private static final class Function implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Session session = new Session(graph);
    private final Map<String, Placeholder<TFloat32>> operands = new LinkedHashMap<>();
    private final Map<String, float[]> values = new LinkedHashMap<>();
    private final Operand<TFloat32> value;
    private final Parameters gradients;

    Function(int dilation, String padding, int order) {
      Ops tf = Ops.create(graph);
      operand(tf, "x", IMAGE, 1);
      operand(tf, "kernel", KERNEL, 2);
      var y =
          DilatedConvolution.apply(
              tf, operands.get("x"), operands.get("kernel"), dilation, padding);
      var tape = new GradientTape(tf);
      var parameters = Parameters.of(operands);
      Operand<TFloat32> sum = squares(tf, y);
      if (order == 1) {
        Parameters first = tape.gradient(sum, parameters);
        sum = tf.math.add(squares(tf, first.get("x")), squares(tf, first.get("kernel")));
        sum = tf.math.mul(sum, tf.constant(1e-3f));
      }
      value = sum;
      gradients = tape.gradient(value, parameters);
    }

    private void operand(Ops tf, String name, Shape shape, long seed) {
      operands.put(name, tf.placeholder(TFloat32.class, Placeholder.shape(shape)));
      var random = new Random(seed);
      float[] elements = new float[(int) shape.size()];
      for (int i = 0; i < elements.length; i++) {
        // Eighths: exact in single precision.
        elements[i] = (random.nextInt(9) - 4) / 8f;
      }
      values.put(name, elements);
    }

    private static Operand<TFloat32> squares(Ops tf, Operand<TFloat32> x) {
      return tf.reduceSum(
          tf.reshape(tf.math.square(x), tf.constant(new int[] {-1})), tf.constant(0));
    }

    double value(String operand, int element, float change) {
      float[] original = values.get(operand);
      float[] changed = original.clone();
      changed[element] += change;
      values.put(operand, changed);
      double result = run(value)[0];
      values.put(operand, original);
      return result;
    }

    float[] gradient(String operand) {
      return run(gradients.get(operand));
    }

    double scale(String operand) {
      double largest = 0;
      for (float g : gradient(operand)) {
        largest = Math.max(largest, Math.abs(g));
      }
      return largest;
    }

    private float[] run(Operand<TFloat32> fetched) {
      var runner = session.runner().fetch(fetched);
      try (var x = tensor("x");
          var kernel = tensor("kernel");
          var result =
              runner.feed(operands.get("x"), x).feed(operands.get("kernel"), kernel).run()) {
        var tensor = (TFloat32) result.get(0);
        float[] elements = new float[(int) tensor.size()];
        tensor.asRawTensor().data().asFloats().read(elements);
        return elements;
      }
    }

    private TFloat32 tensor(String name) {
      return TFloat32.tensorOf(operands.get(name).shape(), DataBuffers.of(values.get(name)));
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }
}
