package org.crossfade.backbones;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.deeplab.ResNetCaffeOptions;
import org.crossfade.backbones.deeplab.ResNetTorchvisionOptions;
import org.crossfade.backbones.deeplab.Vgg16Options;
import org.crossfade.backbones.fcn.Fcn8s;
import org.crossfade.backbones.fcn.Fcn8sOptions;
import org.crossfade.backbones.unet.UNet;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.Initializer;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.method.Domain;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.ConvolutionalDiscriminator;
import org.crossfade.core.nn.Discriminator;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.crossfade.weights.FormulaWeights;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The networks against the official PyTorch code. */
class BackbonesParityTest {
  private static final List<Integer> RESNET_101 = List.of(3, 4, 23, 3);

  /** The role that {@link #assign} fills. */
  static final String ROLE = "network";

  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(BackbonesParityTest.class)
        .claim("network.deeplabv2_resnet101_caffe", this::caffe)
        .claim("network.deeplabv2_resnet101_torchvision", this::torchvision)
        .claim("network.deeplabv2_vgg16", this::vgg16)
        .claim("network.discriminator.adaptsegnet", this::discriminator)
        .claim("network.discriminator.pixda_image", this::discriminator)
        .claim("network.fcn8s_vgg16", this::fcn8s)
        .claim("network.unet_weighting", this::weightingUnet)
        .tests();
  }

  private void caffe(ParityCase parityCase, Expected expected) {
    var options =
        new ResNetCaffeOptions(
            RESNET_101,
            64,
            parityCase.param("aspp_branches").asInt(),
            parityCase.param("multi_level").asBoolean());
    checkSegmentation(parityCase, expected, network(parityCase, options), "logits_main");
  }

  private void torchvision(ParityCase parityCase, Expected expected) {
    var options = new ResNetTorchvisionOptions(RESNET_101, 64, 4);
    var mode =
        Map.of(
                "frozen_no_eps", BatchNorm.Mode.FROZEN_WITHOUT_EPSILON,
                "eval_eps_1e-5", BatchNorm.Mode.FROZEN)
            .get(parityCase.param("batch_norm").asText());
    checkSegmentation(
        parityCase, expected, network(parityCase, options).withBatchNorm(mode), "logits");
  }

  private void vgg16(ParityCase parityCase, Expected expected) {
    var options = new Vgg16Options(64, 4);
    checkSegmentation(parityCase, expected, network(parityCase, options), "logits");
  }

  private void fcn8s(ParityCase parityCase, Expected expected) {
    int stems = parityCase.param("stems").asInt();
    var network =
        Fcn8s.of(Fcn8sOptions.published(stems - 1), parityCase.param("num_classes").asInt());
    Map<String, Domain> images =
        stems == 1
            ? Map.of("", Domain.TARGET)
            : Map.of("_source", Domain.SOURCE, "_target", Domain.TARGET);
    images.forEach(
        (suffix, way) ->
            check(
                parityCase,
                expected,
                "image" + suffix,
                network.parameters(),
                (forward, p) -> {
                  var prediction = network.through(way).forward(forward, p.parameters(), p.input());
                  return Map.of(
                      "pool5" + suffix, prediction.stages().get("pool5"),
                      "score" + suffix, prediction.stages().get("score"),
                      "logits" + suffix, prediction.logits());
                }));
  }

  private void weightingUnet(ParityCase parityCase, Expected expected) {
    int classes = parityCase.param("num_classes").asInt();
    var network =
        new UNet(
            parityCase.param("input_channels").asInt(),
            parityCase.param("outputs").asInt(),
            64,
            3,
            /* decoder= */ true);
    check(
        parityCase,
        expected,
        "image",
        network.parameters(Initializer.zeros()),
        (forward, p) -> {
          Ops tf = forward.tf();
          Operand<TInt32> labels =
              tf.reshape(
                  tf.constant(parityCase.ints("label")), tf.constant(parityCase.shape("label")));
          Operand<TFloat32> logits =
              network.forward(tf, p.parameters(), UNet.withLabels(tf, p.input(), labels, classes));
          Operand<TFloat32> weight =
              tf.slice(
                  tf.nn.softmax(logits),
                  tf.constant(new int[] {0, 0, 0, network.outputs() - 1}),
                  tf.constant(new int[] {-1, -1, -1, 1}));
          return Map.of("logits", logits, "weight", weight);
        });
  }

  private void discriminator(ParityCase parityCase, Expected expected) {
    int classes = parityCase.param("num_classes").asInt();
    Discriminator discriminator =
        new ConvolutionalDiscriminator(classes, ConvolutionalDiscriminator.PUBLISHED_WIDTH);
    check(
        parityCase,
        expected,
        "probability",
        discriminator.parameters(),
        (forward, p) ->
            Map.of("logits", discriminator.forward(forward.tf(), p.parameters(), p.input())));
  }

  private static SegmentationNetwork network(ParityCase parityCase, NetworkOptions options) {
    return options.create(parityCase.param("num_classes").asInt());
  }

  private static void checkSegmentation(
      ParityCase parityCase, Expected expected, SegmentationNetwork network, String logits) {
    check(
        parityCase,
        expected,
        "image",
        network.parameters(),
        (forward, p) -> {
          var prediction = network.forward(forward, p.parameters(), p.input());
          var outputs = new LinkedHashMap<String, Operand<TFloat32>>(prediction.stages());
          outputs.put("feature", prediction.features());
          outputs.put(logits, prediction.logits());
          prediction.auxiliaryLogits().ifPresent(aux -> outputs.put("logits_aux", aux));
          return outputs;
        });
  }

  /** What a network is fed. */
  private record Fed(Parameters parameters, Operand<TFloat32> input) {}

  private static void check(
      ParityCase parityCase,
      Expected expected,
      String input,
      List<ParameterSpec> specs,
      BiFunction<Forward, Fed, Map<String, Operand<TFloat32>>> network) {
    try (var graph = new Graph();
        var session = new Session(graph);
        var image =
            TFloat32.tensorOf(
                Shape.of(parityCase.shape(input)), DataBuffers.of(parityCase.floats(input)))) {
      Ops tf = Ops.create(graph);
      var store = new VariableStore(tf, 0);
      Parameters parameters = store.declare(ROLE, specs);
      var outputs = network.apply(Forward.inference(tf), new Fed(parameters, tf.constantOf(image)));
      assign(store, session, specs, parityCase.weights("weights"));
      var runner = session.runner();
      outputs.values().forEach(runner::fetch);
      try (var result = runner.run()) {
        int i = 0;
        for (String field : outputs.keySet()) {
          var value = (TFloat32) result.get(i++);
          expected.checkStrided(field, floats(value), value.shape().asArray());
        }
      }
    }
  }

  /** Assigns a network in the role {@code network} the weights of a case. */
  static void assign(
      VariableStore store, Session session, List<ParameterSpec> specs, FormulaWeights weights) {
    var values = new HashMap<String, TFloat32>();
    try {
      for (ParameterSpec spec : specs) {
        long[] shape = TensorLayout.toPytorch(spec.shape());
        values.put(
            ROLE + "." + spec.name(),
            TensorLayout.toTensorFlow(weights.values(spec.name(), shape), shape));
      }
      store.assign(session, values);
    } finally {
      values.values().forEach(TFloat32::close);
    }
  }

  /** Returns the elements of a tensor, row-major. */
  static float[] floats(TFloat32 tensor) {
    var buffer = DataBuffers.ofFloats(tensor.size());
    tensor.copyTo(buffer);
    float[] values = new float[(int) tensor.size()];
    buffer.read(values);
    return values;
  }
}
