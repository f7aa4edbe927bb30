package org.crossfade.backbones.unet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.VariableStore;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class UNetTest {
  @Test
  void weightingNetworksTrainAsManyNumbersAsTheOfficialOnes() {
    Initializer zeros = Initializer.zeros();

    assertThat(elements(new UNet(23, 2, 64, 3, /* decoder= */ true).parameters(zeros)))
        .isEqualTo(4_291_714);
    assertThat(elements(new UNet(23, 19, 64, 3, /* decoder= */ true).parameters(zeros)))
        .isEqualTo(4_292_819);
    assertThat(elements(new UNet(23, 2, 64, 4, /* decoder= */ true).parameters(zeros)))
        .isEqualTo(17_270_146);
    assertThat(elements(new UNet(23, 2, 32, 4, /* decoder= */ false).parameters(zeros)))
        .isEqualTo(2_358_690);
  }

  @Test
  void answersAtTheInputsSizeForEverySize() {
    var network = new UNet(3, 2, 4, 3, /* decoder= */ true);
    try (var graph = new Graph();
        var session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var store = new VariableStore(tf, 1);
      Parameters weights = store.declare("u", network.parameters(Initializer.zeros()));
      store.initialize(session);
      for (int[] size : new int[][] {{8, 8}, {9, 15}, {31, 22}}) {
        Operand<TFloat32> x =
            tf.fill(tf.constant(new int[] {1, size[0], size[1], 3}), tf.constant(1f));

        assertThat(network.forward(tf, weights, x).shape().asArray())
            .containsExactly(1, size[0], size[1], 2);
      }
    }
  }

  private static long elements(List<ParameterSpec> specs) {
    return specs.stream().mapToLong(spec -> spec.shape().size()).sum();
  }
}
