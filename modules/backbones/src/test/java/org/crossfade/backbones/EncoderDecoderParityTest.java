package org.crossfade.backbones;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.daformer.DaformerMitOptions;
import org.crossfade.backbones.deeplabv3plus.DeepLabV3PlusOptions;
import org.crossfade.backbones.encoderdecoder.DecoderOptions;
import org.crossfade.backbones.hrda.HrdaOptions;
import org.crossfade.backbones.mit.MixTransformer;
import org.crossfade.backbones.mit.MixTransformerBlock;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.graph.ParameterSpec.Kind;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.nn.MultiResolution;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.nn.SlidingWindow;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** MiT, DAFormer, HRDA and DeepLabV3+ against HRDA's code. */
class EncoderDecoderParityTest {
  private record Size(List<Integer> layers, int width) {}

  private static final Map<String, Size> MIT =
      Map.of(
          "b0", new Size(List.of(2, 2, 2, 2), 32),
          "b1", new Size(List.of(2, 2, 2, 2), 64),
          "b2", new Size(List.of(3, 4, 6, 3), 64),
          "b3", new Size(List.of(3, 4, 18, 3), 64),
          "b4", new Size(List.of(3, 8, 27, 3), 64),
          "b5", new Size(List.of(3, 6, 40, 3), 64));

  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(EncoderDecoderParityTest.class)
        .claim("module.mit_block", this::block)
        .claim("network.mit", this::mit)
        .claim("network.daformer", this::daformer)
        .claim("network.hrda", this::hrda)
        .claim("network.deeplabv3plus_resnet101", this::deepLabV3Plus)
        .tests();
  }

  private void block(ParityCase c, Expected expected) {
    MixTransformer trunk = mit(c);
    int stage = c.param("stage").asInt();
    MixTransformerBlock block = trunk.block(stage, c.param("block").asInt());
    assertThat(block.heads()).isEqualTo(c.param("heads").asInt());
    assertThat(block.reduction()).isEqualTo(c.param("sr_ratio").asInt());
    List<ParameterSpec> specs = new ArrayList<>(block.parameters());
    specs.addAll(trunk.stageNorm(stage).parameters());
    try (var run = new Run(c, specs, "tokens")) {
      run.fetch("block_output", block.apply(run.forward(), run.parameters(), run.input()));
      run.fetch(
          "stage_norm_output",
          trunk.stageNorm(stage).apply(run.tf(), run.parameters(), run.input()));
      run.results()
          .forEach((field, got) -> expected.checkStrided(field, got.values(), got.shape()));
    }
  }

  private void mit(ParityCase c, Expected expected) {
    MixTransformer trunk = mit(c);
    checkCounts(c, trunk.parameters());
    try (var run = new Run(c, trunk.parameters(), "image")) {
      trunk.levels(trunk.forward(run.forward(), run.parameters(), run.input())).forEach(run::fetch);
      checkLevels(c, expected, run.results(), c.param("output_shapes"), c.param("sample_strides"));
    }
  }

  private void daformer(ParityCase c, Expected expected) {
    SegmentationNetwork network = daformer(c).create(c.param("classes").asInt());
    checkCounts(c, network.parameters());
    try (var run = new Run(c, network.parameters(), "image")) {
      Prediction answer = network.forward(run.forward(), run.parameters(), run.input());
      run.fetch("logits", answer.logits());
      run.fetch("fused", answer.features());
      run.fetch("upsampled", upsampled(c, run, network, answer));
      Map<String, Got> got = run.results();
      expected.checkStrided("logits", got.get("logits").values(), got.get("logits").shape());
      checkSampled(c, expected, "fused", "fused", got.get("fused"));
      expected.checkMeanAndNorm("fused_stats", got.get("fused").values());
      checkSampled(c, expected, "upsampled", "upsampled", got.get("upsampled"));
    }
  }

  private void hrda(ParityCase c, Expected expected) {
    int[] size = ints(c.param("hr_window"));
    boolean slide = c.param("hr").asText().equals("slide");
    int[] stride = slide ? ints(c.param("hr_stride")) : size;
    assertThat(c.param("scale_lr").asDouble()).isEqualTo(0.5);
    assertThat(c.param("scale_hr").asDouble()).isEqualTo(1);
    var options =
        new HrdaOptions(
            daformer(c),
            new SlidingWindow(size[0], size[1], stride[0], stride[1]),
            256,
            /* classwiseAttention= */ true);
    SegmentationNetwork network = options.create(c.param("classes").asInt());
    checkCounts(c, network.parameters());
    try (var run = new Run(c, network.parameters(), "image")) {
      Forward forward = run.forward();
      if (!slide) {
        int[] box = c.ints("crop_box");
        assertThat(new int[] {box[1] - box[0], box[3] - box[2]}).isEqualTo(size);
        forward = forward.withDetailWindow(run.tf().constant(new int[] {box[0], box[2]}));
      }
      Prediction answer = network.forward(forward, run.parameters(), run.input());
      MultiResolution parts = answer.multiResolution().orElseThrow();
      run.fetch("lr_logits", parts.context().logits());
      run.fetch("hr_logits", parts.detail().logits());
      run.fetch("attention", parts.attention());
      run.fetch("fused", answer.logits());
      run.fetch("upsampled", upsampled(c, run, network, answer));
      Map<String, Got> got = run.results();
      for (String field : List.of("lr_logits", "hr_logits", "attention")) {
        expected.checkStrided(field, got.get(field).values(), got.get(field).shape());
      }
      checkSampled(c, expected, "fused", "fused_logits", got.get("fused"));
      expected.checkMeanAndNorm("fused_logits_stats", got.get("fused").values());
      checkSampled(c, expected, "upsampled", "upsampled", got.get("upsampled"));
    }
  }

  private void deepLabV3Plus(ParityCase c, Expected expected) {
    assertThat(c.param("output_stride").asInt()).isEqualTo(8);
    var decoder =
        new DecoderOptions(c.param("head_channels").asInt(), boxed(c.param("aspp_dilations")), 0.1);
    var options = new DeepLabV3PlusOptions(List.of(3, 4, 23, 3), 64, decoder);
    SegmentationNetwork network = options.create(c.param("classes").asInt());
    checkCounts(c, network.parameters());
    try (var run = new Run(c, network.parameters(), "image")) {
      Prediction answer = network.forward(run.forward(), run.parameters(), run.input());
      run.fetch("logits", answer.logits());
      run.fetch("refined", answer.features());
      answer.stages().forEach(run::fetch);
      Map<String, Got> got = run.results();
      Got logits = got.remove("logits");
      expected.checkStrided("logits", logits.values(), logits.shape());
      Got refined = got.remove("refined");
      checkSampled(c, expected, "refined", "refined", refined);
      expected.checkMeanAndNorm("refined_stats", refined.values());
      checkLevels(
          c, expected, got, c.param("layer_shapes"), c.param("sample_strides").get("layers"));
    }
  }

  private static void checkLevels(
      ParityCase c, Expected expected, Map<String, Got> levels, JsonNode shapes, JsonNode strides) {
    assertThat(levels).as(c.name()).hasSize(shapes.size());
    int i = 0;
    for (Map.Entry<String, Got> level : levels.entrySet()) {
      Got got = level.getValue();
      assertThat(got.shape()).as(level.getKey()).isEqualTo(longs(shapes.get(i)));
      expected.checkSample(level.getKey() + "_sample", got.values(), strides.get(i).asInt());
      expected.checkMeanAndNorm(level.getKey() + "_stats", got.values());
      i++;
    }
  }

  /** Compares a thinned array and, where the case says it, the shape of the whole one. */
  private static void checkSampled(
      ParityCase c, Expected expected, String option, String field, Got got) {
    assertThat(got.shape()).as(field).isEqualTo(longs(c.param(option + "_shape")));
    int step = c.param("sample_strides").get(option).asInt();
    expected.checkSample(field + "_sample", got.values(), step);
  }

  private static Operand<TFloat32> upsampled(
      ParityCase c, Run run, SegmentationNetwork network, Prediction answer) {
    JsonNode shape = c.param("upsampled_shape");
    return network
        .interpolation()
        .resize(run.tf(), answer.logits(), shape.get(1).asInt(), shape.get(2).asInt());
  }

  private static MixTransformer mit(ParityCase c) {
    Size size = MIT.get(c.variant());
    return new MixTransformer(
        size.layers(), size.width(), c.params().path("drop_path").asDouble(0));
  }

  private static DaformerMitOptions daformer(ParityCase c) {
    Size size = MIT.get(c.variant());
    var decoder = new DecoderOptions(256, List.of(1, 6, 12, 18), 0.1);
    return new DaformerMitOptions(size.layers(), size.width(), 0.1, decoder);
  }

  private static void checkCounts(ParityCase c, List<ParameterSpec> specs) {
    assertThat(specs).hasSize(c.param("tensors").asInt());
    assertThat(
            specs.stream()
                .filter(spec -> spec.kind() == Kind.WEIGHT)
                .mapToLong(spec -> spec.shape().size())
                .sum())
        .isEqualTo(c.param("parameters").asLong());
  }

  private static List<Integer> boxed(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asInt).toList();
  }

  private static int[] ints(JsonNode list) {
    return boxed(list).stream().mapToInt(Integer::intValue).toArray();
  }

  private static long[] longs(JsonNode list) {
    return Arrays.stream(ints(list)).asLongStream().toArray();
  }

  /** A fetched array. */
  private static final class Got {
    private final float[] values;
    private final long[] shape;

    Got(TFloat32 tensor) {
      values = BackbonesParityTest.floats(tensor);
      shape = tensor.shape().asArray();
    }

    float[] values() {
      return values;
    }

    long[] shape() {
      return shape;
    }
  }

  /** A case's weights and input in a graph, and what is fetched from it. */
  private static final class Run implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Session session = new Session(graph);
    private final Ops tf = Ops.create(graph);
    private final Parameters parameters;
    private final Operand<TFloat32> input;
    private final Map<String, Operand<TFloat32>> fetched = new LinkedHashMap<>();

    Run(ParityCase c, List<ParameterSpec> specs, String field) {
      var store = new VariableStore(tf, 0);
      parameters = store.declare(BackbonesParityTest.ROLE, specs);
      BackbonesParityTest.assign(store, session, specs, c.weights("weights"));
      try (var tensor =
          TFloat32.tensorOf(Shape.of(c.shape(field)), DataBuffers.of(c.floats(field)))) {
        input = tf.constantOf(tensor);
      }
    }

    Ops tf() {
      return tf;
    }

    Parameters parameters() {
      return parameters;
    }

    Operand<TFloat32> input() {
      return input;
    }

    Forward forward() {
      return Forward.inference(tf);
    }

    void fetch(String name, Operand<TFloat32> value) {
      fetched.put(name, value);
    }

    Map<String, Got> results() {
      var runner = session.runner();
      fetched.values().forEach(runner::fetch);
      var results = new LinkedHashMap<String, Got>();
      try (var result = runner.run()) {
        int i = 0;
        for (String name : fetched.keySet()) {
          results.put(name, new Got((TFloat32) result.get(i++)));
        }
      }
      return results;
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }
}
