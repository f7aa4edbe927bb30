package org.crossfade.backbones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import java.util.LinkedHashMap;
import java.util.stream.Stream;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.fcn.Fcn8s;
import org.crossfade.backbones.fcn.Fcn8sOptions;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.options.OptionReader;
import org.crossfade.weights.FormulaWeights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** A network that takes any size answers as the one that was built for that size. */
class AnySizeTest {
  private static final int CLASSES = 5;

  static Stream<SegmentationNetwork> networks() {
    return Stream.of(
        network(
            "kind = deeplab-v2-resnet-torchvision, layers = [1,1,1,1], width = 4, aspp-branches ="
                + " 4"),
        network(
            "kind = deeplab-v2-resnet-caffe, layers = [1,1,1,1], width = 4, aspp-branches = 2,"
                + " auxiliary-head = true"),
        network("kind = deeplab-v2-vgg16, width = 4, aspp-branches = 4"),
        network(
            "kind = deeplab-v3-plus-resnet, layers = [1,1,1,1], width = 4,"
                + " decoder { channels = 4, dilations = [1, 3, 5, 7], dropout = 0.1 }"),
        network(
            "kind = daformer-mit, layers = [1,1,1,1], width = 4, drop-path = 0.1,"
                + " decoder { channels = 4, dilations = [1, 2, 3], dropout = 0.1 }"),
        Fcn8s.of(new Fcn8sOptions(2, 0, 3, 1, 0.5), CLASSES));
  }

  private static SegmentationNetwork network(String options) {
    return OptionReader.readOne(
            ConfigFactory.parseString("network { " + options + " }"),
            "network",
            NetworkOptions.class)
        .create(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void logitsAreThoseOfAGraphOfThatSize(SegmentationNetwork network) {
    assertThat(network.takesAnySize()).isTrue();
    try (var graph = new Graph();
        var session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var constants = new LinkedHashMap<String, Operand<TFloat32>>();
      var formula = new FormulaWeights("", 7);
      for (ParameterSpec spec : network.parameters()) {
        long[] shape = TensorLayout.toPytorch(spec.shape());
        try (TFloat32 value =
            TensorLayout.toTensorFlow(formula.values(spec.name(), shape), shape)) {
          constants.put(spec.name(), tf.constantOf(value));
        }
      }
      Parameters parameters = Parameters.of(constants);
      long any = Shape.UNKNOWN_SIZE;
      var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(any, any, any, 3)));
      Operand<TFloat32> ofAny = network.forward(Forward.inference(tf), parameters, images).logits();
      for (int[] size : new int[][] {{64, 96}, {67, 50}, {33, 161}}) {
        Shape shape = Shape.of(2, size[0], size[1], 3);
        var known = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
        Operand<TFloat32> ofKnown =
            network.forward(Forward.inference(tf), parameters, known).logits();
        float[] pixels = FormulaWeights.uniform("pixels", (int) shape.size(), 0);
        try (TFloat32 input = TFloat32.tensorOf(shape, DataBuffers.of(pixels));
            var result =
                session
                    .runner()
                    .feed(images, input)
                    .feed(known, input)
                    .fetch(ofAny)
                    .fetch(ofKnown)
                    .run()) {
          assertThat(result.get(0).shape()).isEqualTo(result.get(1).shape());
          float[] expected = values((TFloat32) result.get(1));
          float scale = 0;
          for (float value : expected) {
            scale = Math.max(scale, Math.abs(value));
          }
          assertThat(scale).isPositive();
          assertThat(values((TFloat32) result.get(0)))
              .containsExactly(expected, within(1e-5f * scale));
        }
      }
    }
  }

  private static float[] values(TFloat32 tensor) {
    float[] values = new float[(int) tensor.size()];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
