package org.crossfade.backbones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.ParameterSpec.Kind;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.ConvolutionalDiscriminator;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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

  @ParameterizedTest
  @CsvSource({
    "DEEPLAB_V2_RESNET_TORCHVISION, false, 19, 43795724",
    "DEEPLAB_V2_RESNET_TORCHVISION, false, 16, 43574528",
    "DEEPLAB_V2_RESNET_CAFFE, true, 19, 44496216",
    "DEEPLAB_V2_VGG16, false, 19, 29573004",
    "DEEPLAB_V2_VGG16, false, 13, 29351796",
  })
  void publishedNetworksTrainAsManyNumbersAsTheOfficialOnes(
      Architecture architecture, boolean auxiliary, int classes, long trained) {
    var network =
        Networks.create(new NetworkOptions(architecture, RESNET_101, 64, 4, auxiliary), classes);

    assertThat(elements(network, Kind.WEIGHT)).isEqualTo(trained);
  }

  @Test
  void trainedBatchNormAddsScaleAndShiftOfEveryLayer() {
    var frozen = resNet101(Architecture.DEEPLAB_V2_RESNET_TORCHVISION);
    var trained = frozen.withBatchNorm(BatchNorm.Mode.TRAINED);

    assertThat(elements(trained, Kind.WEIGHT) - elements(frozen, Kind.WEIGHT)).isEqualTo(105_344);
    assertThat(elements(trained, Kind.STATISTIC)).isEqualTo(105_344);
    assertThat(elements(frozen, Kind.STATISTIC)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "DEEPLAB_V2_RESNET_TORCHVISION, 512, 1024, 64, 128",
    "DEEPLAB_V2_RESNET_TORCHVISION, 720, 1280, 90, 160",
    "DEEPLAB_V2_RESNET_CAFFE, 512, 1024, 65, 129",
    "DEEPLAB_V2_RESNET_CAFFE, 760, 1280, 96, 161",
    "DEEPLAB_V2_VGG16, 1024, 2048, 128, 256",
  })
  void featureSizesAreThoseOfTheOfficialNetworks(
      Architecture architecture, int height, int width, int rows, int columns) {
    var network = Networks.create(small(architecture, 4), 5);
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var prediction = predict(tf, network, Forward.inference(tf), 1, height, width);

      assertThat(prediction.logits().shape()).isEqualTo(Shape.of(1, rows, columns, 5));
      assertThat(prediction.features().shape())
          .isEqualTo(Shape.of(1, rows, columns, network.featureChannels()));
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void everyTrainedVariableReachesTheOutput(Architecture architecture) {
    for (int branches : List.of(2, 4)) {
      var network = Networks.create(small(architecture, branches), 5);
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
    var network = Networks.create(small(Architecture.DEEPLAB_V2_RESNET_CAFFE, 2), 5);

    assertThat(network.parameters())
        .filteredOn(spec -> spec.name().matches("layer[56]\\.conv2d_list\\.[23]\\..*"))
        .hasSize(8)
        .allMatch(spec -> spec.kind() == Kind.FIXED);
  }

  @Test
  void headSelectsTheClassifiersAlone() {
    var caffe = Networks.create(small(Architecture.DEEPLAB_V2_RESNET_CAFFE, 4), 5);
    var vgg16 = Networks.create(small(Architecture.DEEPLAB_V2_VGG16, 4), 5);

    for (var network : List.of(caffe, vgg16)) {
      assertThat(network.parameters())
          .filteredOn(spec -> network.head().test(spec.name()))
          .hasSize(network == caffe ? 16 : 8)
          .allMatch(spec -> spec.name().contains("conv2d_list"));
    }
  }

  @Test
  void mainClassifierKeepsItsNameWithoutTheAuxiliaryOne() {
    var options =
        new NetworkOptions(
            Architecture.DEEPLAB_V2_RESNET_CAFFE, SMALL, 4, 4, /* auxiliaryHead= */ false);

    assertThat(Networks.create(options, 5).parameters())
        .extracting(ParameterSpec::name)
        .contains("layer6.conv2d_list.0.weight")
        .noneMatch(name -> name.startsWith("layer5"));
  }

  @Test
  void caffeNetworkMovesItsRunningStatisticsInTrainingOnly() {
    var network = Networks.create(small(Architecture.DEEPLAB_V2_RESNET_CAFFE, 4), 5);
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
  void smallNetworksHaveFiniteOutputsFromTheirOwnInitialisation() {
    for (Architecture architecture : Architecture.values()) {
      var network = Networks.create(small(architecture, 4), 5);
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
    var architecture = Architecture.DEEPLAB_V2_RESNET_TORCHVISION;
    assertThatThrownBy(() -> new NetworkOptions(architecture, List.of(3, 4), 64, 4, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[3, 4]");
    assertThatThrownBy(() -> new NetworkOptions(architecture, SMALL, 0, 4, false))
        .hasMessageContaining("width");
    assertThatThrownBy(() -> new NetworkOptions(architecture, SMALL, 64, 3, false))
        .hasMessageContaining("aspp-branches");
    assertThatThrownBy(() -> new NetworkOptions(architecture, SMALL, 64, 4, true))
        .hasMessageContaining("auxiliary-head");
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

  private static SegmentationNetwork resNet101(Architecture architecture) {
    return Networks.create(new NetworkOptions(architecture, RESNET_101, 64, 4, false), 19);
  }

  private static NetworkOptions small(Architecture architecture, int branches) {
    if (architecture.hasDecoder()) {
      return new NetworkOptions(
          architecture,
          SMALL,
          4,
          4,
          /* auxiliaryHead= */ false,
          Optional.of(new DecoderOptions(4 * branches, List.of(1, 6, 12, 18), 0.1, 0)),
          Optional.empty());
    }
    return new NetworkOptions(
        architecture,
        SMALL,
        4,
        branches,
        /* auxiliaryHead= */ architecture == Architecture.DEEPLAB_V2_RESNET_CAFFE);
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
