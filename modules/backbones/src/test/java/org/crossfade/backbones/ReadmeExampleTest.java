package org.crossfade.backbones;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.options.OptionReader;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The example of the module's README. */
class ReadmeExampleTest {

  @Test
  void networkOfOptionsAnswersWithImportedWeights() throws URISyntaxException {
    Path file = Path.of(ReadmeExampleTest.class.getResource("fada.pth").toURI());
    try (var graph = new Graph();
        var session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var store = new VariableStore(tf, 0);
      Operand<TFloat32> images =
          tf.ensureShape(
              tf.fill(tf.constant(new int[] {1, 33, 65, 3}), tf.constant(0.5f)),
              Shape.of(1, 33, 65, 3));

      var options =
          OptionReader.readOne(
              ConfigFactory.parseString(
                  """
                  network {
                    kind = deeplab-v2-resnet-torchvision
                    layers = [1, 1, 1, 1]
                    width = 1
                    aspp-branches = 4
                  }\
                  """),
              "network",
              NetworkOptions.class);
      SegmentationNetwork network = options.create(3);

      Parameters parameters = store.declare("segmenter", network.parameters());
      Prediction prediction = network.forward(Forward.inference(tf), parameters, images);

      store.initialize(session);
      WeightImport.read(file, network).assign(store, session, "segmenter");

      assertThat(prediction.logits().shape()).isEqualTo(Shape.of(1, 5, 9, 3));
      var bias = store.get("segmenter.conv2d_list.2.bias");
      try (var result = session.runner().fetch(bias.snapshot()).run()) {
        assertThat(((TFloat32) result.get(0)).getFloat(2)).isEqualTo(2);
      }
    }
  }

  @Test
  void optionsOfTheReadmeMakeHrdaOnMitB5() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int start = readme.indexOf("```hocon") + "```hocon".length();
    String hocon = readme.substring(start, readme.indexOf("```", start));

    var options =
        OptionReader.readOne(ConfigFactory.parseString(hocon), "network", NetworkOptions.class);
    SegmentationNetwork network = options.create(19);

    assertThat(network.name()).isEqualTo("hrda-daformer-mit-b5");
    assertThat(
            network.parameters().stream()
                .filter(spec -> spec.kind() == ParameterSpec.Kind.WEIGHT)
                .mapToLong(spec -> spec.shape().size())
                .sum())
        .isEqualTo(85_685_990);
  }
}
