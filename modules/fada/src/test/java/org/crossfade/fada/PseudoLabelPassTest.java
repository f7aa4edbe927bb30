package org.crossfade.fada;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.method.ArtefactWriter;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.methodtest.MethodGraph;
import org.junit.jupiter.api.Test;
import org.tensorflow.Tensor;
import org.tensorflow.types.TInt32;

class PseudoLabelPassTest {
  /** Keeps label maps. */
  private static final class Memory implements ArtefactWriter {
    final Map<String, LabelMap> labels = new HashMap<>();

    @Override
    public void labelMap(String id, LabelMap map) {
      labels.put(id, map);
    }

    @Override
    public void array(String name, float[] values, long... shape) {
      throw new AssertionError("pseudo labels are label maps");
    }
  }

  @Test
  void labelsHaveTheNativeSizeAndIgnoreNoPixel() throws IOException {
    var pass = (DatasetPass) new Fada(TinyFada.options(SIZE), 13).phases().get(2);
    var memory = new Memory();
    try (var graph = new MethodGraph(List.of(pass.input()))) {
      DatasetPass.PassGraph built = pass.graph().apply(graph.context());
      graph.feed(graph.context().nativeSize(), TInt32.vectorOf(70, 90));
      graph.initialize();
      DatasetPass.PassSink sink = built.sink().apply(memory);
      Map<String, Tensor> outputs = graph.tensors(built.outputs());
      sink.accept("aachen_1", outputs);
      sink.finish();
      outputs.values().forEach(Tensor::close);
    }

    LabelMap labels = memory.labels.get("aachen_1");
    assertThat(List.of(labels.height(), labels.width())).containsExactly(70, 90);
    for (byte id : labels.trainIds()) {
      assertThat((int) id).isBetween(0, 12);
    }
  }

  private static final String SIZE = "self-distillation.pseudo-labels { width = 48, height = 32 }";
}
