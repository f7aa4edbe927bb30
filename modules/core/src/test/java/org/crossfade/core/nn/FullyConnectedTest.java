package org.crossfade.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Map;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.ScratchGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class FullyConnectedTest {
  @ParameterizedTest
  @CsvSource({"3, 1", "3, 0", "2, 0", "1, 0", "4, 2"})
  void productIsTheConvolutionWithItsGradients(int kernel, int padding) {
    var convolution = new Convolution("fc", 3, 5, kernel, 1, padding, 1, /* bias= */ true);
    var layer = new FullyConnected(convolution);
    try (var graph = new ScratchGraph()) {
      Ops tf = graph.tf();
      Operand<TFloat32> x = random(tf, 1, 2, 5, 6, 3);
      Parameters given =
          Parameters.of(
              Map.of(
                  "x", x,
                  "fc.weight", random(tf, 2, kernel, kernel, 3, 5),
                  "fc.bias", random(tf, 3, 5)));
      Operand<TFloat32> expected = convolution.apply(tf, given, x);
      Operand<TFloat32> found = layer.apply(tf, given, x);
      Operand<TFloat32> along = random(tf, 4, expected.shape().asArray());
      Parameters gradients = new GradientTape(tf).vjp(expected, along, given);
      Parameters ofProduct = new GradientTape(tf).vjp(found, along, given);

      assertThat(layer.resultShape(x)).isEqualTo(expected.shape().asArray());
      isClose(graph.fetch(found), graph.fetch(expected));
      for (String name : given.names()) {
        isClose(graph.fetch(ofProduct.get(name)), graph.fetch(gradients.get(name)));
      }
    }
  }

  @Test
  void strideIsRefused() {
    var strided = new Convolution("fc", 3, 5, 3, 2, 1, 1, /* bias= */ true);
    assertThatThrownBy(() -> new FullyConnected(strided))
        .hasMessage("fully connected layer 'fc' needs stride 1 and dilation 1, found 2 and 1");
  }

  private static void isClose(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], offset(1e-4f));
    }
  }

  private static Operand<TFloat32> random(Ops tf, long seed, long... shape) {
    return tf.random.statelessRandomNormal(tf.constant(shape), tf.constant(new long[] {seed, 7}));
  }
}
