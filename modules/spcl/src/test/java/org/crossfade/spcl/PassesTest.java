package org.crossfade.spcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.crossfade.core.data.LabelMap;
import org.crossfade.core.method.DatasetPass;
import org.crossfade.core.method.Phase;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.spcl.SpclOptions.Average;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class PassesTest {
  /** Two images; class 0 is in both, class 1 in the second, class 2 in none. One channel. */
  @ParameterizedTest
  @CsvSource({"IMAGES_WITH_CLASS, 2, 5", "ALL_IMAGES, 2, 2.5"})
  void prototypesAreMeansOverImagesAndZeroForAClassThatTheSourceLacks(
      Average average, float first, float second) throws IOException {
    var memory = new Memory();
    var sink = new PrototypePass.Sink(memory, average);

    accept(sink, new float[] {1, 0, 0}, new float[] {1, 0, 0});
    accept(sink, new float[] {3, 5, 0}, new float[] {1, 1, 0});
    sink.finish();

    assertThat(memory.array("prototypes"))
        .containsExactly(new float[] {first, second, 0}, within(1e-6f));
    assertThat(memory.shape("prototypes")).containsExactly(1, 3);
    assertThat(memory.array("images-with-class")).containsExactly(2, 1, 0);
  }

  private static void accept(PrototypePass.Sink sink, float[] means, float[] present) {
    try (Tensor meanTensor = TFloat32.tensorOf(Shape.of(1, 1, 3), DataBuffers.of(means));
        Tensor presence = TFloat32.tensorOf(Shape.of(1, 1, 3), DataBuffers.of(present))) {
      sink.accept("image", Map.of("means", meanTensor, "present", presence));
    }
  }

  /** The images of the pass are all zeros: the network has one opinion, of one confidence. */
  @Test
  void theTwoPassesOverTheTargetLeaveLabelsOfTheNativeSize() throws IOException {
    List<Phase> phases = new Spcl(TinySpcl.options(""), 13).phases();
    Memory thresholds = run(named(phases, "warm-up-thresholds"), Map.of());
    Memory believed = run(named(phases, "warm-up-labels"), Map.of());
    Memory none = run(named(phases, "warm-up-labels"), Map.of("thresholds.values", vector(13, 2f)));

    assertThat(thresholds.array("thresholds")).hasSize(13);
    LabelMap map = believed.labels().get("aachen_1");
    assertThat(List.of(map.height(), map.width())).containsExactly(70, 90);
    for (byte id : map.trainIds()) {
      assertThat((int) id).isBetween(0, 12);
    }
    assertThat(none.labels().get("aachen_1").trainIds()).containsOnly((byte) 255);
  }

  private static TFloat32 vector(int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return TFloat32.tensorOf(Shape.of(size), DataBuffers.of(values));
  }

  private static Memory run(DatasetPass pass, Map<String, TFloat32> assigned) throws IOException {
    var memory = new Memory();
    try (var graph = new MethodGraph(List.of(pass.input()))) {
      DatasetPass.PassGraph built = pass.graph().apply(graph.context());
      graph.feed(graph.context().nativeSize(), TInt32.vectorOf(70, 90));
      graph.initialize();
      if (!assigned.isEmpty()) {
        graph.assign(assigned);
        assigned.values().forEach(Tensor::close);
      }
      DatasetPass.PassSink sink = built.sink().apply(memory);
      Map<String, Tensor> outputs = graph.tensors(built.outputs());
      sink.accept("aachen_1", outputs);
      sink.finish();
      outputs.values().forEach(Tensor::close);
    }
    return memory;
  }

  private static DatasetPass named(List<Phase> phases, String name) {
    return (DatasetPass)
        phases.stream().filter(phase -> phase.name().equals(name)).findFirst().orElseThrow();
  }
}
