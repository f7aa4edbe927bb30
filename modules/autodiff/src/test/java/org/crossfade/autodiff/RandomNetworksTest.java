package org.crossfade.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.crossfade.autodiff.DerivativeCheck.Precision;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.types.TFloat64;

/**
 * A property: whatever network is drawn from convolutions, pooling, resizing, normalisation,
 * activations and branches, its derivatives of first and second order are those of its differences.
 *
 * <p>Networks are drawn by numbered seeds rather than by a library for properties: a seed and the
 * printed list of layers reproduce a failure, no smaller network would be sought by shrinking that
 * one can't write down from that list, and the module keeps to JUnit.
 */
class RandomNetworksTest {
  private static final int NETWORKS = 16;

  static Stream<Network> networks() {
    return IntStream.range(0, NETWORKS).mapToObj(Network::new);
  }

  @ParameterizedTest
  @MethodSource("networks")
  @Execution(ExecutionMode.CONCURRENT)
  void derivativesOfRandomNetworksAreThoseOfTheirDifferences(Network network) {
    try (var check =
        new DerivativeCheck(
            (tf, x) -> network.apply(tf, x), Precision.DOUBLE, -1, 1, network.shapes, true)) {
      check.check();
    }
  }

  /** Layers one behind another; the first argument is the image, the others are parameters. */
  private static final class Network {
    private final Random random;
    private final List<Shape> shapes = new ArrayList<>();
    private final StringBuilder description = new StringBuilder();
    private final List<Layer> layers = new ArrayList<>();
    private int height;
    private int width;
    private int channels;

    /** Maps x, reading its parameters from the arguments. */
    private interface Layer {
      Operand<TFloat64> apply(Ops tf, Operand<TFloat64> x, List<Operand<TFloat64>> arguments);
    }

    Network(int seed) {
      random = new Random(1000 + seed);
      height = 4 + random.nextInt(2);
      width = height + 1;
      channels = 2;
      shapes.add(Shape.of(1, height, width, channels));
      description.append("seed ").append(seed).append(':');
      convolution();
      int depth = 3 + random.nextInt(3);
      for (int i = 0; i < depth; i++) {
        switch (random.nextInt(6)) {
          case 0 -> convolution();
          case 1 -> pool();
          case 2 -> resize();
          case 3 -> normalisation();
          case 4 -> branch();
          default -> activation();
        }
      }
      activation();
    }

    Operand<TFloat64> apply(Ops tf, List<Operand<TFloat64>> arguments) {
      Operand<TFloat64> x = arguments.get(0);
      for (Layer layer : layers) {
        x = layer.apply(tf, x, arguments);
      }
      return x;
    }

    @Override
    public String toString() {
      return description.toString();
    }

    private int parameter(long... shape) {
      shapes.add(Shape.of(shape));
      return shapes.size() - 1;
    }

    private void convolution() {
      int outputs = 2 + random.nextInt(2);
      int rows = 1 + random.nextInt(3);
      int columns = 1 + random.nextInt(3);
      boolean fits = rows <= height && columns <= width;
      String padding = fits && random.nextBoolean() ? "VALID" : "SAME";
      long stride = height > 2 && width > 2 ? 1 + random.nextInt(2) : 1;
      long dilation = stride == 1 && padding.equals("SAME") ? 1 + random.nextInt(2) : 1;
      int weight = parameter(rows, columns, channels, outputs);
      int bias = parameter(outputs);
      describe("conv %dx%d %s /%d *%d".formatted(rows, columns, padding, stride, dilation));
      layers.add(
          (tf, x, a) ->
              tf.nn.biasAdd(
                  tf.nn.conv2d(
                      x,
                      a.get(weight),
                      List.of(1L, stride, stride, 1L),
                      padding,
                      Conv2d.dilations(List.of(1L, dilation, dilation, 1L))),
                  a.get(bias)));
      height = length(height, rows, (int) stride, padding);
      width = length(width, columns, (int) stride, padding);
      channels = outputs;
    }

    private static int length(int length, int kernel, int stride, String padding) {
      int positions = padding.equals("SAME") ? length : length - kernel + 1;
      return (positions + stride - 1) / stride;
    }

    private void pool() {
      boolean largest = random.nextBoolean();
      describe(largest ? "max pool" : "average pool");
      layers.add(
          (tf, x, a) ->
              largest
                  ? tf.nn.maxPool(
                      x,
                      tf.constant(new int[] {1, 2, 2, 1}),
                      tf.constant(new int[] {1, 2, 1, 1}),
                      "SAME")
                  : tf.nn.avgPool(x, List.of(1L, 2L, 2L, 1L), List.of(1L, 2L, 1L, 1L), "SAME"));
      height = (height + 1) / 2;
    }

    private void resize() {
      int newHeight = 2 + random.nextInt(3);
      int newWidth = 2 + random.nextInt(4);
      describe("resize to %dx%d".formatted(newHeight, newWidth));
      layers.add(
          (tf, x, a) ->
              tf.image.resizeNearestNeighbor(x, tf.constant(new int[] {newHeight, newWidth})));
      height = newHeight;
      width = newWidth;
    }

    /** Over the channels (layer norm), or over the image (instance norm). */
    private void normalisation() {
      int[] axes = random.nextBoolean() ? new int[] {3} : new int[] {1, 2};
      int scale = parameter(channels);
      int shift = parameter(channels);
      describe(axes.length == 1 ? "layer norm" : "instance norm");
      layers.add(
          (tf, x, a) -> {
            Operand<TFloat64> mean = tf.math.mean(x, tf.constant(axes), Mean.keepDims(true));
            Operand<TFloat64> variance =
                tf.math.mean(
                    tf.math.squaredDifference(x, mean), tf.constant(axes), Mean.keepDims(true));
            Operand<TFloat64> unit =
                tf.math.mul(
                    tf.math.sub(x, mean), tf.math.rsqrt(tf.math.add(variance, tf.constant(0.1))));
            return tf.math.add(tf.math.mul(unit, a.get(scale)), a.get(shift));
          });
    }

    private void branch() {
      if (random.nextBoolean()) {
        describe("residual");
        layers.add((tf, x, a) -> tf.math.add(x, tf.math.tanh(x)));
      } else {
        describe("joint");
        layers.add((tf, x, a) -> tf.concat(List.of(x, tf.math.sigmoid(x)), tf.constant(3)));
        channels *= 2;
      }
    }

    private void activation() {
      int which = random.nextInt(ACTIVATIONS.size());
      describe(ACTIVATIONS.get(which));
      layers.add((tf, x, a) -> activated(tf, which).apply(x));
    }

    private static final List<String> ACTIVATIONS =
        List.of("relu", "leaky relu", "elu", "sigmoid", "tanh", "softplus", "gelu", "softmax");

    private static UnaryOperator<Operand<TFloat64>> activated(Ops tf, int which) {
      return switch (ACTIVATIONS.get(which)) {
        case "relu" -> tf.nn::relu;
        case "leaky relu" -> x -> tf.nn.leakyRelu(x);
        case "elu" -> tf.nn::elu;
        case "sigmoid" -> tf.math::sigmoid;
        case "tanh" -> tf.math::tanh;
        case "softplus" -> tf.math::softplus;
        case "softmax" -> tf.nn::softmax;
        default ->
            x ->
                tf.math.mul(
                    tf.math.mul(x, tf.constant(0.5)),
                    tf.math.add(
                        tf.constant(1.0),
                        tf.math.erf(tf.math.mul(x, tf.constant(Math.sqrt(0.5))))));
      };
    }

    private void describe(String layer) {
      description.append(' ').append(layer).append(',');
    }
  }
}
