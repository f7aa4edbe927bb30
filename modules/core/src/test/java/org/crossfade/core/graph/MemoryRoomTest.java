package org.crossfade.core.graph;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;

/** A network that no machine holds is refused by Java, and does not end the process. */
class MemoryRoomTest {
  @Test
  void aVariableOfMoreValuesThanAnArrayIsRefusedWhileTheGraphIsBuilt() {
    try (var graph = new Graph()) {
      var store = new VariableStore(Ops.create(graph), 0);

      assertThatThrownBy(() -> store.create(spec("wide", 3, 3, 2_000_000_000L, 2_000_000_000L)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'wide'")
          .hasMessageContaining("36000000000000000000 values");
    }
  }

  @Test
  void variablesThatTogetherNeedMoreThanThereIsAreRefused() {
    var room = new MemoryRoom(8 << 20);
    room.take(spec("first", 1 << 20));
    room.take(spec("second", 1 << 20));

    assertThatThrownBy(() -> room.take(spec("third", 1 << 18)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'third'")
        .hasMessageContaining("need 9 MB, and this machine has 8 MB");
  }

  private static ParameterSpec spec(String name, long... shape) {
    return new ParameterSpec(
        name, Shape.of(shape), Initializer.zeros(), ParameterSpec.Kind.STATISTIC);
  }
}
