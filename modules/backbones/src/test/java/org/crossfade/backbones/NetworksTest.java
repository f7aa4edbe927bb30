package org.crossfade.backbones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.common.collect.Sets;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.daformer.DaformerMitOptions;
import org.crossfade.backbones.deeplab.ResNetCaffeOptions;
import org.crossfade.backbones.deeplab.ResNetTorchvisionOptions;
import org.crossfade.backbones.deeplab.Vgg16Options;
import org.crossfade.backbones.deeplabv3plus.DeepLabV3PlusOptions;
import org.crossfade.backbones.encoderdecoder.DecoderOptions;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.ParameterSpec.Kind;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.ConvolutionalDiscriminator;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.options.InvalidOptionsException;
import org.crossfade.core.options.OptionKinds;
import org.crossfade.core.options.OptionReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class NetworksTest {
  private static final List<Integer> RESNET_101 = List.of(3, 4, 23, 3);
  private static final List<Integer> SMALL = List.of(1, 1, 2, 2);

  static Stream<Arguments> published() {
    var torchvision = new ResNetTorchvisionOptions(RESNET_101, 64, 4);
    var caffe = new ResNetCaffeOptions(RESNET_101, 64, 4, /* auxiliaryHead= */ true);
    var vgg16 = new Vgg16Options(64, 4);
    return Stream.of(
        arguments(torchvision, 19, 43_795_724),
        arguments(torchvision, 16, 43_574_528),
        arguments(caffe, 19, 44_496_216),
        arguments(vgg16, 19, 29_573_004),
        arguments(vgg16, 13, 29_351_796));
  }

  @ParameterizedTest
  @MethodSource("published")
  void publishedNetworksTrainAsManyNumbersAsTheOfficialOnes(
      NetworkOptions options, int classes, long trained) {
    assertThat(elements(options.create(classes), Kind.WEIGHT)).isEqualTo(trained);
  }

  @Test
  void trainedBatchNormAddsScaleAndShiftOfEveryLayer() {
    var frozen = new ResNetTorchvisionOptions(RESNET_101, 64, 4).create(19);
    var trained = frozen.withBatchNorm(BatchNorm.Mode.TRAINED);

    assertThat(elements(trained, Kind.WEIGHT) - elements(frozen, Kind.WEIGHT)).isEqualTo(105_344);
    assertThat(elements(trained, Kind.STATISTIC)).isEqualTo(105_344);
    assertThat(elements(frozen, Kind.STATISTIC)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "deeplab-v2-resnet-torchvision, 512, 1024, 64, 128",
    "deeplab-v2-resnet-torchvision, 720, 1280, 90, 160",
    "deeplab-v2-resnet-caffe, 512, 1024, 65, 129",
    "deeplab-v2-resnet-caffe, 760, 1280, 96, 161",
    "deeplab-v2-vgg16, 1024, 2048, 128, 256",
  })
  void featureSizesAreThoseOfTheOfficialNetworks(
      String kind, int height, int width, int rows, int columns) {
    var network = small(4).get(kind).create(5);
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var prediction = predict(tf, network, Forward.inference(tf), 1, height, width);

      assertThat(prediction.logits().shape()).isEqualTo(Shape.of(1, rows, columns, 5));
      assertThat(prediction.features().shape())
          .isEqualTo(Shape.of(1, rows, columns, network.featureChannels()));
    }
  }

  static Set<String> kinds() {
    return small(4).keySet();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyTrainedVariableReachesTheOutput(String kind) {
    for (int branches : List.of(2, 4)) {
      var network = small(branches).get(kind).create(5);
      try (var graph = new Graph()) {
        Ops tf = Ops.create(graph);
        var store = new VariableStore(tf, 0);
        Parameters parameters = store.declare("segmenter", network.parameters());
        var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(1, 65, 97, 3)));
        var prediction = network.forward(Forward.inference(tf), parameters, images);
        Operand<TFloat32> loss =
            tf.math.add(
                sum(tf, prediction.logits()),
                sum(tf, prediction.auxiliaryLogits().orElse(prediction.logits())));

        Parameters weights = store.snapshots(Kind.WEIGHT);
        Parameters reached = new GradientTape(tf).gradientWhereConnected(loss, weights);

        assertThat(reached.names()).isEqualTo(weights.names());
      }
    }
  }

  @Test
  void branchesThatAreNotSummedAreFixed() {
    var network = small(2).get("deeplab-v2-resnet-caffe").create(5);

    assertThat(network.parameters())
        .filteredOn(spec -> spec.name().matches("layer[56]\\.conv2d_list\\.[23]\\..*"))
        .hasSize(8)
        .allMatch(spec -> spec.kind() == Kind.FIXED);
  }

  @Test
  void headSelectsTheClassifiersAlone() {
    var caffe = small(4).get("deeplab-v2-resnet-caffe").create(5);
    var vgg16 = small(4).get("deeplab-v2-vgg16").create(5);

    for (var network : List.of(caffe, vgg16)) {
      assertThat(network.parameters())
          .filteredOn(spec -> network.head().test(spec.name()))
          .hasSize(network == caffe ? 16 : 8)
          .allMatch(spec -> spec.name().contains("conv2d_list"));
    }
  }

  @Test
  void mainClassifierKeepsItsNameWithoutTheAuxiliaryOne() {
    var options = new ResNetCaffeOptions(SMALL, 4, 4, /* auxiliaryHead= */ false);

    assertThat(options.create(5).parameters())
        .extracting(ParameterSpec::name)
        .contains("layer6.conv2d_list.0.weight")
        .noneMatch(name -> name.startsWith("layer5"));
  }

  @Test
  void caffeNetworkMovesItsRunningStatisticsInTrainingOnly() {
    var network = small(4).get("deeplab-v2-resnet-caffe").create(5);
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var training = Forward.training(tf, "segmenter", tf.constant(new long[] {0, 0}));
      predict(tf, network, training, 1, 33, 33);
      long statistics =
          network.parameters().stream().filter(s -> s.kind() == Kind.STATISTIC).count();

      assertThat(training.stateUpdates())
          .hasSize((int) statistics)
          .extracting(StateUpdate::variable)
          .contains("segmenter.layer4.1.bn3.running_var");
    }
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var inference = Forward.inference(tf);
      predict(tf, network, inference, 1, 33, 33);

      assertThat(inference.stateUpdates()).isEmpty();
    }
  }

  @Test
  void everyKindOfNetworkHasATestOfItsSmallForm() {
    assertThat(OptionKinds.of(NetworkOptions.class).keySet())
        .containsExactlyInAnyOrderElementsOf(
            Sets.union(kinds(), Set.of("hrda", OutsideNetworkTest.KIND)));
  }

  @Test
  void smallNetworksHaveFiniteOutputsFromTheirOwnInitialisation() {
    for (NetworkOptions options : small(4).values()) {
      var network = options.create(5);
      try (var graph = new Graph();
          var session = new Session(graph)) {
        Ops tf = Ops.create(graph);
        var store = new VariableStore(tf, 3);
        Parameters parameters = store.declare("segmenter", network.parameters());
        var images = tf.fill(tf.constant(new int[] {1, 33, 65, 3}), tf.constant(0.5f));
        var prediction = network.forward(Forward.inference(tf), parameters, images);
        store.initialize(session);
        try (var result = session.runner().fetch(sum(tf, tf.math.abs(prediction.logits()))).run()) {
          assertThat(((TFloat32) result.get(0)).getFloat()).isFinite().isPositive();
        }
      }
    }
  }

  @Test
  void optionsThatMakeNoNetworkAreRefused() {
    assertThatThrownBy(() -> new ResNetTorchvisionOptions(List.of(3, 4), 64, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[3, 4]");
    assertThatThrownBy(() -> new ResNetCaffeOptions(SMALL, 0, 4, false))
        .hasMessageContaining("width");
    assertThatThrownBy(() -> new Vgg16Options(64, 3)).hasMessageContaining("aspp-branches");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "architecture = daformer-mit | 'network.architecture' is now 'kind'",
        "multi-resolution {} | 'network.multi-resolution' is now a kind",
        "kind = daformer-mit, decoder { drop-path = 0 } | 'network.decoder.drop-path' is now",
        "kind = deeplab-v2-vgg16, layers = [3] | unknown key 'network.layers'",
        "kind = hrda, inner { kind = hrda } | one of daformer-mit, deeplab-v3-plus-resnet",
      })
  void optionsOfOtherFormsAreRefusedWithWhatToWrite(String options, String message) {
    var config = ConfigFactory.parseString("network { " + options + " }");
    assertThatThrownBy(() -> OptionReader.readOne(config, "network", NetworkOptions.class))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"512, 1024, 16, 32", "720, 1280, 22, 40", "760, 1280, 23, 40"})
  void discriminatorDropsTheLastRowOfOddSizes(int height, int width, int rows, int columns) {
    var discriminator = new ConvolutionalDiscriminator(2, 1);
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var parameters = new VariableStore(tf, 0).declare("d", discriminator.parameters());
      var input = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(1, height, width, 2)));

      assertThat(discriminator.forward(tf, parameters, input).shape())
          .isEqualTo(Shape.of(1, rows, columns, 1));
    }
  }

  @Test
  void publishedDiscriminatorHasAsManyNumbersAsTheOfficialOne() {
    long elements =
        new ConvolutionalDiscriminator(19, ConvolutionalDiscriminator.PUBLISHED_WIDTH)
            .parameters().stream().mapToLong(spec -> spec.shape().size()).sum();

    assertThat(elements).isEqualTo(2_781_121);
  }

  @Test
  void discriminatorNamesTheSmallestInput() {
    var discriminator = new ConvolutionalDiscriminator(2, 1);
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var parameters = new VariableStore(tf, 0).declare("d", discriminator.parameters());
      var input = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(1, 31, 64, 2)));

      assertThatThrownBy(() -> discriminator.forward(tf, parameters, input))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least 32x32")
          .hasMessageContaining("64x31");
    }
  }

  /** A small network of each kind. */
  private static Map<String, NetworkOptions> small(int branches) {
    var decoder = new DecoderOptions(4 * branches, List.of(1, 6, 12, 18), 0.1);
    return Stream.of(
            new ResNetTorchvisionOptions(SMALL, 4, branches),
            new ResNetCaffeOptions(SMALL, 4, branches, /* auxiliaryHead= */ true),
            new Vgg16Options(4, branches),
            new DaformerMitOptions(SMALL, 4, 0, decoder),
            new DeepLabV3PlusOptions(SMALL, 4, decoder))
        .collect(
            Collectors.toMap(
                OptionKinds::nameOf, NetworkOptions.class::cast, (a, b) -> a, TreeMap::new));
  }

  private static long elements(SegmentationNetwork network, Kind kind) {
    return network.parameters().stream()
        .filter(spec -> spec.kind() == kind)
        .mapToLong(spec -> spec.shape().size())
        .sum();
  }

  private static Prediction predict(
      Ops tf, SegmentationNetwork network, Forward forward, int images, int height, int width) {
    var parameters = new VariableStore(tf, 0).declare("segmenter", network.parameters());
    var input =
        tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(images, height, width, 3)));
    return network.forward(forward, parameters, input);
  }

  private static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> x) {
    return tf.reduceSum(x, tf.constant(new int[] {0, 1, 2, 3}));
  }
}
