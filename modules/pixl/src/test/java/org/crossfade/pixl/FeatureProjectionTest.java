package org.crossfade.pixl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.crossfade.methodtest.MethodGraph;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

class FeatureProjectionTest {
  /**
   * (1, 2) becomes (1·1 + 2·2 − 1, 1·3 − 2·4 + 1) = (4, −4), the rectifier leaves (4, 0), and 4·0.5
   * + 0·7 + 3 = 5; (0, 0) becomes (−1, 1), (0, 1) and 7 + 3 = 10.
   */
  @Test
  void isTwoLinearMapsWithARectifierBetweenThem() {
    try (var graph = new MethodGraph();
        var w1 = tensor(new float[] {1, 3, 2, -4}, 1, 1, 2, 2);
        var b1 = tensor(new float[] {-1, 1}, 2);
        var w2 = tensor(new float[] {0.5f, 7}, 1, 1, 2, 1);
        var b2 = tensor(new float[] {3}, 1)) {
      var projected =
          new FeatureProjection(graph.context(), 2, 1)
              .apply(graph.input(new float[] {1, 2, 0, 0}, 1, 1, 2, 2));
      graph.initialize();
      graph.assign(
          Map.of(
              "projection.hidden.weight", w1,
              "projection.hidden.bias", b1,
              "projection.output.weight", w2,
              "projection.output.bias", b2));

      assertThat(graph.value(projected)).containsExactly(5, 10);
    }
  }

  private static TFloat32 tensor(float[] values, long... shape) {
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values));
  }
}
