package org.crossfade.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.ScratchGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class OuterProductsTest {
  /** The gradient of a kernel, formed by the tape and as a sum over cells, does the same to x. */
  @ParameterizedTest
  @CsvSource({"3, 1", "3, 0", "2, 0", "1, 0", "4, 2"})
  void sumOverCellsIsTheGradientOfTheKernel(int kernel, int padding) {
    var layer = layer(kernel, padding);
    try (var graph = new ScratchGraph()) {
      Ops tf = graph.tf();
      Operand<TFloat32> seen = random(tf, 1, 2, 5, 6, 3);
      Operand<TFloat32> x = random(tf, 2, 1, 6, 7, 3);
      Parameters weight = Parameters.of(Map.of("fc.weight", random(tf, 3, kernel, kernel, 3, 5)));
      Operand<TFloat32> y = layer.apply(tf, weight, seen);
      Operand<TFloat32> gradient = random(tf, 4, y.shape().asArray());
      Parameters formed = new GradientTape(tf).vjp(y, gradient, weight);
      OuterProducts products = OuterProducts.of(tf, layer, seen, gradient).times(tf, -0.5);

      float[] expected = graph.fetch(layer.apply(tf, formed, x));
      float[] added =
          graph.fetch(
              tf.math.sub(
                  layer.apply(tf, weight.and(products.addedTo("fc")), x),
                  layer.apply(tf, weight, x)));
      assertThat(graph.fetch(products.applied(tf, layer, x))).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        assertThat(added[i]).isCloseTo(-0.5f * expected[i], offset(2e-3f));
      }
    }
  }

  private static FullyConnected layer(int kernel, int padding) {
    return new FullyConnected(
        new Convolution("fc", 3, 5, kernel, 1, padding, 1, /* bias= */ false));
  }

  private static Operand<TFloat32> random(Ops tf, long seed, long... shape) {
    return tf.random.statelessRandomNormal(tf.constant(shape), tf.constant(new long[] {seed, 7}));
  }
}
