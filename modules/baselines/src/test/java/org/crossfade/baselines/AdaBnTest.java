package org.crossfade.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.graph.NamePattern;
import org.crossfade.core.graph.ParameterSpec;
import org.crossfade.core.method.CompiledStep;
import org.crossfade.core.method.InitialWeights;
import org.crossfade.core.method.Phase;
import org.crossfade.core.method.StreamRequest;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.Convolution;
import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.core.nn.Normalisation;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.methodtest.MethodGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

class AdaBnTest {
  private static final String STREETS = "streets/adabn";

  /** Sum of the channels' means, which the network's normalisation takes off. */
  private static final float MEAN_COLOUR = 103.939f + 116.779f + 123.68f;

  /** One channel: 1x1 convolution, batch norm, 1x1 classifier. */
  private record OneChannel(BatchNorm.Mode mode) implements SegmentationNetwork, NetworkOptions {
    private static final Convolution STEM =
        new Convolution("stem", 3, 1, 1, 1, 0, 1, /* bias= */ false);
    private static final Convolution HEAD =
        new Convolution("head", 1, 2, 1, 1, 0, 1, /* bias= */ true);

    private BatchNorm norm() {
      return new BatchNorm("norm", 1, mode);
    }

    @Override
    public SegmentationNetwork create(int classes) {
      return this;
    }

    @Override
    public String name() {
      return "one-channel";
    }

    @Override
    public int classes() {
      return 2;
    }

    @Override
    public int featureChannels() {
      return 1;
    }

    @Override
    public Normalisation normalisation() {
      return Normalisation.VGG_BGR255;
    }

    @Override
    public List<ParameterSpec> parameters() {
      var all = new ArrayList<>(STEM.parameters());
      all.addAll(norm().parameters());
      all.addAll(HEAD.parameters());
      return all;
    }

    @Override
    public NamePattern head() {
      return NamePattern.of("head.**");
    }

    @Override
    public Prediction answer(Forward forward, Parameters parameters, Operand<TFloat32> images) {
      Operand<TFloat32> features = norm().after(STEM, forward, parameters, images);
      return new Prediction(
          HEAD.apply(forward.tf(), parameters, features), features, Optional.empty(), Map.of());
    }

    @Override
    public SegmentationNetwork withBatchNorm(BatchNorm.Mode other) {
      return new OneChannel(other);
    }
  }

  @Test
  void replacesTheStatisticsOfTheSourceModelOnUnlabelledTargetImages() {
    List<Phase> phases = adaBn(STREETS, "").phases();

    assertThat(phases).extracting(Phase::name).containsExactly("source", "statistics");
    assertThat(phases.get(1).initialWeights())
        .containsExactly(
            Map.entry(
                TrainingPhase.SEGMENTER,
                InitialWeights.fromPhase("source", TrainingPhase.SEGMENTER)));
    assertThat(((TrainingPhase) phases.get(1)).streams())
        .extracting(StreamRequest::labels)
        .containsExactly(StreamRequest.Labels.NONE);
  }

  @Test
  void withoutASourcePhaseItStartsFromPublishedWeights() {
    List<Phase> phases = adaBn("", "source.iterations = 0").phases();

    assertThat(phases).hasSize(1);
    assertThat(phases.get(0).initialWeights())
        .containsEntry(TrainingPhase.SEGMENTER, InitialWeights.pretrained());
  }

  /** So that a comparison trains it once. */
  @ParameterizedTest
  @CsvSource({"'', ''", "streets/adabn, streets/source-only"})
  void itsSourcePhaseAndNetworkAreThoseOfSourceOnly(String resource, String sourceOnly) {
    AdaBnOptions options = ShippedOptions.read("adabn", resource, "", AdaBnOptions.class);
    SourceOnlyOptions source =
        ShippedOptions.read("source-only", sourceOnly, "", SourceOnlyOptions.class);

    assertThat(options.source()).isEqualTo(source.source());
    assertThat(options.network()).isEqualTo(source.network());
  }

  /**
   * By hand. The kernel adds the channels: a grey of g is 3g less the mean colour. Batches (10, 20,
   * 30, 40) and (50, 50, 50, 90) of grey, so of sums (30, 60, 90, 120) and (150, 150, 150, 270):
   * means 75 and 180, variances with Bessel's correction 1500 and 3600.
   */
  @Test
  void statisticsAreTheMeanOverBatchesOfWhatEachBatchHas() {
    try (var graph = new MethodGraph(oneChannel().streams())) {
      CompiledStep step = compiled(graph);
      feed(graph, 10, 20, 30, 40);
      graph.run(step, 0);
      assertStatistics(graph, 75 - MEAN_COLOUR, 1500);
      feed(graph, 50, 50, 50, 90);
      graph.run(step, 1);
      assertStatistics(graph, 127.5f - MEAN_COLOUR, 2550);
    }
  }

  @Test
  void nothingMovesButTheStatistics() {
    try (var graph = new MethodGraph(oneChannel().streams())) {
      CompiledStep step = compiled(graph);
      Map<String, float[]> before = graph.variables(name -> !name.contains("running"));
      Map<String, float[]> statistics = graph.variables(name -> name.contains("running"));
      feed(graph, 10, 20, 30, 40);

      graph.run(step, 0);

      assertThat(step.trained()).isEmpty();
      assertThat(before).hasSize(5);
      graph
          .variables(name -> !name.contains("running"))
          .forEach((name, value) -> assertThat(value).as(name).isEqualTo(before.get(name)));
      graph
          .variables(name -> name.contains("running"))
          .forEach((name, value) -> assertThat(value).as(name).isNotEqualTo(statistics.get(name)));
    }
  }

  /** The variables of the real network that no weight, scale or shift is among. */
  @Test
  void everyVariableButTheStatisticsIsFrozen() {
    var phase = (TrainingPhase) adaBn(STREETS, "network { width = 4 }").phases().get(1);
    try (var graph = new MethodGraph(phase.streams())) {
      var step = graph.compile(phase.steps().apply(graph.context()).get(0));
      graph.initialize();

      assertThat(graph.run(step, 0)).hasSize(1);
      assertThat(step.trained()).isEmpty();
      assertThat(graph.store().snapshots(ParameterSpec.Kind.WEIGHT).names())
          .isNotEmpty()
          .allMatch(phase.frozen());
      assertThat(step.step().stateUpdates())
          .extracting(update -> update.variable())
          .containsExactlyInAnyOrderElementsOf(
              graph.store().snapshots(ParameterSpec.Kind.STATISTIC).names());
    }
  }

  @Test
  void aNetworkWithoutBatchNormIsRefused() {
    assertThatThrownBy(
            () ->
                adaBn(
                    "",
                    "network = null, network { kind = deeplab-v2-vgg16, width = 4, aspp-branches ="
                        + " 4 }"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no batch norm")
        .hasMessageContaining("vgg16");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "statistics.iterations = 0 | 'crossfade.adabn.statistics': iterations must be at least 1,"
            + " found 0",
        "statistics.stream.batch = 0 | batch must be at least 1",
        """
        network { kind = deeplab-v2-resnet-caffe, auxiliary-head = true } \
        | network.auxiliary-head must be false
        """,
      })
  void refusesOptionsOutOfRange(String override, String message) {
    assertThatThrownBy(() -> adaBn("", override)).hasMessageContaining(message.strip());
  }

  private static AdaBn adaBn(String resource, String overrides) {
    return new AdaBn(ShippedOptions.read("adabn", resource, overrides, AdaBnOptions.class), 13);
  }

  /** The phase on a network of one channel, which sees four images of a pixel. */
  private static TrainingPhase oneChannel() {
    AdaBnOptions shipped =
        ShippedOptions.read(
            "adabn",
            STREETS,
            "source.iterations = 0, statistics.stream { batch = 4, width = 1, height = 1 }",
            AdaBnOptions.class);
    var options =
        new AdaBnOptions(
            new OneChannel(BatchNorm.Mode.TRAINED), shipped.source(), shipped.statistics());
    return (TrainingPhase) new AdaBn(options, 2).phases().get(0);
  }

  /** With statistics of a source that must leave no trace. */
  private static CompiledStep compiled(MethodGraph graph) {
    CompiledStep step = graph.compile(oneChannel().steps().apply(graph.context()).get(0));
    graph.initialize();
    try (var kernel = TFloat32.tensorOf(Shape.of(1, 1, 3, 1), DataBuffers.of(1f, 1f, 1f));
        var mean = TFloat32.vectorOf(-1000);
        var variance = TFloat32.vectorOf(1e6f)) {
      graph.assign(
          Map.of(
              "segmenter.stem.weight",
              kernel,
              "segmenter.norm.running_mean",
              mean,
              "segmenter.norm.running_var",
              variance));
    }
    return step;
  }

  private static void feed(MethodGraph graph, int... greys) {
    byte[] rgb = new byte[3 * greys.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) greys[i / 3];
    }
    graph.feed(
        graph.context().feeds("target").images(),
        TUint8.tensorOf(Shape.of(greys.length, 1, 1, 3), DataBuffers.of(rgb)));
  }

  private static void assertStatistics(MethodGraph graph, float mean, float variance) {
    Map<String, float[]> found = graph.variables(name -> name.contains("running"));
    assertThat(found.get("segmenter.norm.running_mean")[0]).isCloseTo(mean, offset(1e-3f));
    assertThat(found.get("segmenter.norm.running_var")[0]).isCloseTo(variance, offset(1e-2f));
  }
}
