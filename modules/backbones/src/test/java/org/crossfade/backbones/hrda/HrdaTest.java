package org.crossfade.backbones.hrda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.daformer.DaformerMitOptions;
import org.crossfade.backbones.deeplabv3plus.DeepLabV3PlusOptions;
import org.crossfade.backbones.encoderdecoder.DecoderOptions;
import org.crossfade.backbones.encoderdecoder.EncoderDecoderOptions;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.ParameterSpec.Kind;
import org.crossfade.core.graph.StateUpdate;
import org.crossfade.core.graph.VariableStore;
import org.crossfade.core.nn.Interpolation;
import org.crossfade.core.nn.MultiResolution;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.core.nn.SlidingWindow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class HrdaTest {
  private static final int CLASSES = 3;
  private static final String ATTENTION_BIAS = "decode_head.scale_attention.conv_seg.bias";

  private final Graph graph = new Graph();
  private final Session session = new Session(graph);
  private final Ops tf = Ops.create(graph);
  private final VariableStore store = new VariableStore(tf, 5);
  private final SegmentationNetwork network = hrda(/* transformer= */ true, 0.1);
  private final Parameters parameters = store.declare("segmenter", network.parameters());
  private final Operand<TFloat32> images = noise(2, 64, 96);

  @AfterEach
  void close() {
    session.close();
    graph.close();
  }

  /** Windows of 32 x 48 with strides of half their sides. */
  private static SegmentationNetwork hrda(boolean transformer, double dropout) {
    var layers = List.of(1, 1, 1, 1);
    var decoder = new DecoderOptions(8, List.of(1, 2, 3, 4), dropout);
    EncoderDecoderOptions inner =
        transformer
            ? new DaformerMitOptions(layers, 4, 0, decoder)
            : new DeepLabV3PlusOptions(layers, 4, decoder);
    return new HrdaOptions(inner, new SlidingWindow(32, 48, 16, 24), 8, true).create(CLASSES);
  }

  private Operand<TFloat32> noise(int n, int height, int width) {
    return tf.random.statelessRandomNormal(
        tf.constant(new long[] {n, height, width, 3}), tf.constant(new long[] {1, 2}));
  }

  private Forward training(long seed) {
    return Forward.training(tf, "segmenter", tf.constant(new long[] {seed, 0}));
  }

  @Test
  void wherePixelsTrustTheContextAloneItIsTheUpsampledContext() {
    Prediction answer = predictWithAttention(-1e4f);

    assertThat(fetch(answer.logits()))
        .containsExactly(fetch(up(parts(answer).context().logits())), within(1e-6f));
  }

  @Test
  void wherePixelsTrustTheDetailAloneItIsTheAverageOfTheWindows() {
    Prediction answer = predictWithAttention(1e4f);

    assertThat(fetch(answer.logits()))
        .containsExactly(fetch(parts(answer).detail().logits()), within(1e-6f));
    assertThat(answer.logits().shape()).isEqualTo(Shape.of(2, 16, 24, CLASSES));
    assertThat(ints(parts(answer).window())).containsExactly(0, 64, 0, 96);
  }

  private Prediction predictWithAttention(float bias) {
    store.initialize(session);
    try (var value = TFloat32.tensorOf(Shape.of(CLASSES), DataBuffers.of(bias, bias, bias))) {
      store.assign(session, Map.of("segmenter." + ATTENTION_BIAS, value));
    }
    return network.forward(Forward.inference(tf), parameters, images);
  }

  /** All that the window does not show is the context. */
  @Test
  void outsideTheWindowTheLogitsAreTheContexts() {
    store.initialize(session);
    Prediction answer =
        network.forward(
            Forward.inference(tf).withDetailWindow(tf.constant(new int[] {16, 40})),
            parameters,
            images);

    float[] fused = fetch(answer.logits());
    float[] context = fetch(up(parts(answer).context().logits()));
    // Rows and columns of stride 4; one cell around the window mixes, by upsampling.
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 24; x++) {
        boolean outside = y < 3 || y > 12 || x < 9 || x > 22;
        int cell = (y * 24 + x) * CLASSES;
        if (outside) {
          assertThat(fused[cell]).as(y + ", " + x).isCloseTo(context[cell], within(1e-6f));
        }
      }
    }
    assertThat(ints(parts(answer).window())).containsExactly(16, 48, 40, 88);
    assertThat(parts(answer).detail().logits().shape()).isEqualTo(Shape.of(2, 8, 12, CLASSES));
  }

  @Test
  void drawnWindowsLieOnTheGridAndNeverAtTheFarEnd() {
    var rows = new TreeSet<Integer>();
    var columns = new TreeSet<Integer>();
    var fusion = new ScaleFusion(tf, images.shape(), new SlidingWindow(32, 48, 16, 24));
    for (int seed = 0; seed < 80; seed++) {
      int[] offset = ints(fusion.drawn(tf.constant(new long[] {seed, 3})));
      rows.add(offset[0]);
      columns.add(offset[1]);
    }

    assertThat(rows).containsExactly(0, 8, 16, 24);
    assertThat(columns).containsExactly(0, 8, 16, 24, 32, 40);
  }

  @Test
  void trainingDrawsItsWindowFromTheSeed() {
    store.initialize(session);
    int[] first = ints(parts(network.forward(training(1), parameters, images)).window());

    assertThat(ints(parts(network.forward(training(1), parameters, images)).window()))
        .containsExactly(first);
    assertThat(first[1] - first[0]).isEqualTo(32);
    assertThat(first[3] - first[2]).isEqualTo(48);
  }

  /** One head reads both resolutions, the context first; the attention reads the context. */
  @Test
  void sharedHeadMovesItsStatisticsTwiceAPass() {
    var forward = training(1);
    network.forward(forward, parameters, images);

    Map<String, Long> moves =
        forward.stateUpdates().stream()
            .collect(Collectors.groupingBy(StateUpdate::variable, Collectors.counting()));

    assertThat(moves)
        .containsEntry("segmenter.decode_head.head.fuse_layer.bottleneck.bn.running_mean", 2L)
        .containsEntry("segmenter.decode_head.scale_attention.fuse_layer.bn.running_var", 1L)
        .hasSize(
            (int) network.parameters().stream().filter(s -> s.kind() == Kind.STATISTIC).count());
  }

  /** What a teacher does: batch statistics, no dropout, all windows. */
  @Test
  void batchStatisticsPassSlidesAndDropsNothing() {
    store.initialize(session);
    var first = network.forward(Forward.batchStatistics(tf, "teacher"), parameters, images);
    var plain = hrda(/* transformer= */ true, 0);
    var second = plain.forward(Forward.batchStatistics(tf, "teacher"), parameters, images);
    var inference = network.forward(Forward.inference(tf), parameters, images);

    float[] answer = fetch(first.logits());
    assertThat(fetch(second.logits())).containsExactly(answer, within(1e-5f));
    assertThat(fetch(inference.logits())[0]).isNotCloseTo(answer[0], within(1e-5f));
    assertThat(ints(parts(first).window())).containsExactly(0, 64, 0, 96);
  }

  @Test
  void stagesAreThoseOfTheHalvedImageAndNeedTheTrunkAlone() {
    store.initialize(session);
    Parameters trunk = parameters.select(name -> name.startsWith("backbone."));
    Prediction whole = network.forward(Forward.inference(tf), parameters, images);

    Map<String, Operand<TFloat32>> stages = network.stages(Forward.inference(tf), trunk, images);

    assertThat(stages.keySet()).isEqualTo(whole.stages().keySet());
    assertThat(stages.get("stage4").shape().asArray()).endsWith(1, 2, 32);
    assertThat(fetch(stages.get("stage4")))
        .containsExactly(fetch(whole.stages().get("stage4")), within(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void trainingReachesEveryWeightWithFiniteGradients(boolean transformer) {
    var other = hrda(transformer, 0.1);
    Parameters own = store.declare("other", other.parameters());
    store.initialize(session);
    Prediction answer = other.forward(training(3), own, images);
    Operand<TFloat32> loss =
        tf.math.mean(tf.math.square(answer.logits()), tf.constant(new int[] {0, 1, 2, 3}));

    Parameters weights = store.snapshots(Kind.WEIGHT).select(name -> name.startsWith("other."));
    Parameters gradients = new GradientTape(tf).gradient(loss, weights);

    Operand<TFloat32> largest = tf.constant(0f);
    for (Operand<TFloat32> gradient : gradients.values()) {
      int[] axes = new int[gradient.shape().numDimensions()];
      Arrays.setAll(axes, i -> i);
      largest = tf.math.maximum(largest, tf.reduceMax(tf.math.abs(gradient), tf.constant(axes)));
    }
    assertThat(fetch(largest)[0]).isFinite().isPositive();
  }

  @Test
  void geometryThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> network.forward(training(1), parameters, noise(1, 60, 96)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("multiples of 8, found 96x60");
    var fusion = new ScaleFusion(tf, Shape.of(1, 24, 96, 3), new SlidingWindow(32, 48, 16, 24));
    assertThatThrownBy(() -> fusion.drawn(tf.constant(new long[] {1, 0})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("network.window")
        .hasMessageContaining("96x24")
        .hasMessageContaining("48x32");
  }

  @Test
  void optionsOutOfRangeAreRefusedWithTheirName() {
    var layers = List.of(1, 1, 1, 1);
    var decoder = new DecoderOptions(8, List.of(1), 0);
    assertThatThrownBy(() -> new DecoderOptions(8, List.of(0), 0))
        .hasMessageContaining("dilations");
    assertThatThrownBy(() -> new DecoderOptions(8, List.of(1), 1)).hasMessageContaining("dropout");
    assertThatThrownBy(() -> new DaformerMitOptions(layers, 4, 1, decoder))
        .hasMessageContaining("drop-path");
    assertThatThrownBy(() -> new DeepLabV3PlusOptions(List.of(1), 4, decoder))
        .hasMessageContaining("layers");
    var inner = new DaformerMitOptions(layers, 4, 0, decoder);
    assertThatThrownBy(() -> new HrdaOptions(inner, new SlidingWindow(8, 8, 8, 8), 0, true))
        .hasMessageContaining("attention-channels");
  }

  private static MultiResolution parts(Prediction answer) {
    return answer.multiResolution().orElseThrow();
  }

  private Operand<TFloat32> up(Operand<TFloat32> context) {
    return Interpolation.HALF_PIXEL_CENTRES.resize(tf, context, 16, 24);
  }

  private float[] fetch(Operand<TFloat32> value) {
    try (var result = session.runner().fetch(value).run()) {
      var tensor = (TFloat32) result.get(0);
      float[] values = new float[(int) tensor.size()];
      tensor.asRawTensor().data().asFloats().read(values);
      return values;
    }
  }

  private int[] ints(Operand<TInt32> value) {
    try (var result = session.runner().fetch(value).run()) {
      var tensor = (TInt32) result.get(0);
      int[] values = new int[(int) tensor.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getInt(i);
      }
      return values;
    }
  }
}
