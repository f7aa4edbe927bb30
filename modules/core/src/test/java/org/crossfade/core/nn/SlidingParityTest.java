package org.crossfade.core.nn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.crossfade.core.ScratchGraph;
import org.crossfade.core.nn.SlidingWindow.Box;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Sliding windows against HRDA's code. */
class SlidingParityTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(SlidingParityTest.class).claim("inference.slide", this::slide).tests();
  }

  private void slide(ParityCase c, Expected expected) {
    JsonNode crop = c.param("crop_size");
    JsonNode stride = c.param("stride");
    int height = c.param("image_size").get(0).asInt();
    int width = c.param("image_size").get(1).asInt();
    var window =
        new SlidingWindow(
            crop.get(0).asInt(), crop.get(1).asInt(), stride.get(0).asInt(), stride.get(1).asInt());
    List<Box> boxes = window.boxes(height, width);
    expected.check(
        "boxes",
        boxes.stream().flatMapToInt(b -> IntStream.of(b.y1(), b.y2(), b.x1(), b.x2())).toArray());
    try (var graph = new ScratchGraph()) {
      Ops tf = graph.tf();
      int batch = c.param("batch").asInt();
      var answers = new ArrayList<Operand<TFloat32>>();
      tf.split(
              tf.constant(0),
              graph.constant(c.floats("crop_logits"), c.shape("crop_logits")),
              (long) boxes.size())
          .forEach(answers::add);
      var asked = new ArrayList<Operand<TFloat32>>();
      Operand<TFloat32> logits =
          window.apply(
              tf,
              tf.zeros(tf.constant(new long[] {batch, height, width, 3}), TFloat32.class),
              x -> {
                asked.add(x);
                return answers.get(asked.size() - 1);
              });
      JsonNode output = c.param("output_size");
      Operand<TFloat32> rescaled =
          Interpolation.HALF_PIXEL_CENTRES.resize(
              tf, logits, tf.constant(new int[] {output.get(0).asInt(), output.get(1).asInt()}));
      assertThat(asked).hasSize(boxes.size());
      expected.check("logits", graph.fetch(logits));
      expected.check("rescaled_logits", graph.fetch(rescaled));
      expected.check(
          "prediction", graph.fetchInts(tf.math.argMax(rescaled, tf.constant(3), TInt32.class)));
    }
  }
}
