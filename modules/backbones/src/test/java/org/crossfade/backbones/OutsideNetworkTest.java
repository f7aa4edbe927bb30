package org.crossfade.backbones;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.PublishedNames;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.options.OptionKind;
import org.crossfade.core.options.OptionReader;
import org.crossfade.weights.NamedTensor;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A network that only the tests' class path has: a record, its kind, and a service line. */
class OutsideNetworkTest {
  /** Name of its kind. */
  static final String KIND = "two-convolutions";

  /** Its options. */
  record TwoConvolutions(int channels) implements NetworkOptions {
    @Override
    public SegmentationNetwork create(int classes) {
      return new Network(channels, classes);
    }
  }

  /** Named as a service of the tests. */
  public static final class Kind implements OptionKind {
    @Override
    public String name() {
      return KIND;
    }

    @Override
    public Class<? extends Record> options() {
      return TwoConvolutions.class;
    }
  }

  /** A convolution, and one that classifies. Its published files say {@code net.} everywhere. */
  private record Network(int channels, int classes) implements SegmentationNetwork {
    @Override
    public String name() {
      return KIND;
    }

    @Override
    public int featureChannels() {
      return channels;
    }

    @Override
    public Normalisation normalisation() {
      return Normalisation.TORCHVISION;
    }

    @Override
    public NamePattern head() {
      return NamePattern.of("score.**");
    }

    @Override
    public List<ParameterSpec> parameters() {
      return layers().stream()
          .flatMap(c -> c.parameters(Initializer.zeros(), Initializer.zeros()).stream())
          .toList();
    }

    @Override
    public PublishedNames publishedNames() {
      return file -> {
        var uses = new LinkedHashMap<String, PublishedNames.Use>();
        file.keySet()
            .forEach(name -> uses.put(name, PublishedNames.Use.of(name.replace("net.", ""))));
        return uses;
      };
    }

    @Override
    public Prediction answer(Forward forward, Parameters parameters, Operand<TFloat32> images) {
      Operand<TFloat32> features = layers().get(0).apply(forward.tf(), parameters, images);
      Operand<TFloat32> logits = layers().get(1).apply(forward.tf(), parameters, features);
      return new Prediction(logits, features, Optional.empty(), Map.of());
    }

    @Override
    public SegmentationNetwork withBatchNorm(BatchNorm.Mode mode) {
      return this;
    }

    private List<Convolution> layers() {
      return List.of(
          Convolution.same("trunk", 3, channels, 3, 1, /* bias= */ false),
          Convolution.same("score", channels, classes, 1, 1, /* bias= */ false));
    }
  }

  private static SegmentationNetwork network() {
    var config = ConfigFactory.parseString("network { kind = two-convolutions, channels = 4 }");
    return OptionReader.readOne(config, "network", NetworkOptions.class).create(5);
  }

  @Test
  void isCreatedFromOptionsAndAnswersLogits() {
    SegmentationNetwork network = network();
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Parameters parameters = new VariableStore(tf, 0).declare("n", network.parameters());
      Operand<TFloat32> images =
          tf.ensureShape(
              tf.fill(tf.constant(new int[] {2, 8, 6, 3}), tf.constant(0.5f)),
              Shape.of(2, 8, 6, 3));

      assertThat(network.forward(Forward.inference(tf), parameters, images).logits().shape())
          .isEqualTo(Shape.of(2, 8, 6, 5));
    }
  }

  @Test
  void weightsAreReadByItsOwnNames() {
    SegmentationNetwork network = network();
    Map<String, NamedTensor> tensors = WeightTensors.renamed(network, name -> "net." + name);

    ImportedWeights weights = WeightImport.match(Path.of("net.pth"), Map.of("", tensors), network);

    assertThat(weights.missing()).isEmpty();
    assertThat(weights.used().get("trunk.weight").name()).isEqualTo("net.trunk.weight");
  }
}
