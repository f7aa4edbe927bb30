package org.crossfade.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class ParametersTest {
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void scopeUndoesUnder() {
    Parameters parameters = parameters("conv1.weight", "conv1.bias");

    Parameters role = parameters.under("segmenter");

    assertThat(role.names()).containsExactly("segmenter.conv1.weight", "segmenter.conv1.bias");
    assertThat(role.scope("segmenter").asMap()).isEqualTo(parameters.asMap());
  }

  @Test
  void unknownNameIsRefusedWithTheNamesThatAreThere() {
    Parameters parameters = parameters("a", "b");

    assertThatThrownBy(() -> parameters.get("c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'c'")
        .hasMessageContaining("a, b");
    assertThatThrownBy(() -> parameters.scope("teacher")).hasMessageContaining("'teacher'");
  }

  @Test
  void unionRefusesANameThatIsInBoth() {
    assertThatThrownBy(() -> parameters("a", "b").and(parameters("b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'b'");
    assertThat(parameters("a").and(parameters("b")).names()).containsExactly("a", "b");
  }

  @Test
  void replacementKeepsNamesAndOrder() {
    Parameters parameters = parameters("a", "b", "c");
    Parameters others = parameters("c", "b", "z");

    Parameters replaced = parameters.with(others);

    assertThat(replaced.names()).containsExactly("a", "b", "c");
    assertThat(replaced.get("a")).isSameAs(parameters.get("a"));
    assertThat(replaced.get("c")).isSameAs(others.get("c"));
  }

  @Test
  void selectionKeepsOrder() {
    assertThat(parameters("x.b", "y", "x.a").select(name -> name.startsWith("x")).names())
        .containsExactly("x.b", "x.a");
  }

  private Parameters parameters(String... names) {
    var values = new LinkedHashMap<String, Operand<TFloat32>>();
    for (String name : names) {
      values.put(name, tf.constant(1f));
    }
    return Parameters.of(values);
  }
}
