package org.crossfade.pixda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.BatchNorm;
import org.crossfade.core.nn.ReplicatedNetwork;
import org.crossfade.core.nn.SegmentationNetwork;
import org.crossfade.methodtest.CaseGraph;
import org.crossfade.methodtest.SeriesCase;
import org.crossfade.recipes.BinaryAlignment;
import org.crossfade.recipes.SegmenterOptimizer;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.crossfade.weights.FormulaWeights;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/** Training steps of PixDA's two phases against the official PyTorch code. */
class PixDaStepsParityTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(PixDaStepsParityTest.class)
        .claim("step.pixda", this::adversarialStep)
        .claim("step.pixda_kd", this::fineTuningStep)
        .tests();
  }

  private void adversarialStep(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      PixDaOptions options = new CaseOptions(c).options();
      SegmentationNetwork network = network(c, options);
      var series = new SeriesCase(c, graph);
      var built =
          PixelAdversarialStep.build(
              graph.context(),
              network,
              options,
              TinyPixDa.images(
                  graph.tf(),
                  options,
                  network.normalisation(),
                  image(graph, series, "source_image"),
                  series.row("source_labels"),
                  image(graph, series, "target_image"),
                  series.row("target_labels")));
      BinaryAlignment pixels = built.alignment();
      BinaryAlignment images = built.selecting().orElseThrow();
      double half = options.alignment().lambdaD();
      series.loss("loss.seg_source", built.segmentationSource(), 1);
      series.loss("loss.seg_target", built.segmentationTarget(), 1);
      series.loss("loss.pixadv", built.adversarial(), 1);
      series.loss("loss.d_source", pixels.discriminatorSource(), half);
      series.loss("loss.d_target", pixels.discriminatorTarget(), half);
      series.loss("loss.d2_source", images.discriminatorSource(), half);
      series.loss("loss.d2_target", images.discriminatorTarget(), half);
      series.rates("lr.seg", "backbone", "classifier");
      series.rates("lr.d", PixelAdversarialStep.DISCRIMINATOR);
      series.rates("lr.d2", PixelAdversarialStep.IMAGE_DISCRIMINATOR);
      series.player("", TrainingPhase.SEGMENTER, SegmenterOptimizer.UPDATE);
      for (var player :
          Map.of(
                  "d1",
                  PixelAdversarialStep.DISCRIMINATOR,
                  "d2",
                  PixelAdversarialStep.IMAGE_DISCRIMINATOR)
              .entrySet()) {
        series.player(player.getKey() + ":", player.getValue(), player.getValue());
      }
      series.compile(built.step());
      graph.initialize();
      JsonNode weights = c.param("weights");
      graph.assign(TrainingPhase.SEGMENTER, scaled(c));
      graph.assign(PixelAdversarialStep.DISCRIMINATOR, ParityCase.weights(weights.get("d1")));
      graph.assign(PixelAdversarialStep.IMAGE_DISCRIMINATOR, ParityCase.weights(weights.get("d2")));
      series.run(expected, 0);
      series.checkStatistics(expected, TrainingPhase.SEGMENTER);
      checkFixed(c, expected, series);
    }
  }

  private void fineTuningStep(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      PixDaOptions options = new CaseOptions(c).options();
      SegmentationNetwork network = network(c, options);
      var series = new SeriesCase(c, graph);
      var built =
          FineTuningStep.build(
              graph.context(),
              network,
              options,
              network.normalisation().apply(graph.tf(), image(graph, series, "target_image")),
              series.row("target_labels"));
      Ops tf = graph.tf();
      Operand<TFloat32> distilled = built.distillation().orElseThrow();
      Operand<TFloat32> weight = tf.constant((float) options.fineTuning().distillation().weight());
      series.loss("loss.seg", built.segmentation(), 1);
      series.loss("loss.kd", distilled, 1);
      series.loss(
          "loss.total", tf.math.add(built.segmentation(), tf.math.mul(weight, distilled)), 1);
      series.rates("lr.seg", "backbone", "classifier");
      series.player("", TrainingPhase.SEGMENTER, SegmenterOptimizer.UPDATE);
      series.compile(built.step());
      graph.initialize();
      graph.assign(TrainingPhase.SEGMENTER, scaled(c));
      graph.assign(FineTuningStep.TEACHER, scaled(c));
      series.run(expected, c.params().path("start_iteration").asLong(0));
      series.checkStatistics(expected, TrainingPhase.SEGMENTER);
      checkFixed(c, expected, series);
    }
  }

  /** BGR of a case becomes the RGB that data sets give. */
  private static Operand<TUint8> image(CaseGraph graph, SeriesCase series, String field) {
    Ops tf = graph.tf();
    Operand<TInt32> rgb = tf.reverse(series.row(field), tf.constant(new int[] {3}));
    return tf.dtypes.cast(rgb, TUint8.class);
  }

  private static SegmentationNetwork network(ParityCase c, PixDaOptions options) {
    return new ReplicatedNetwork(
            options.network().create(c.param("num_classes").asInt()), options.replicas())
        .withBatchNorm(BatchNorm.Mode.BATCH_STATISTICS);
  }

  private static CaseGraph.PublishedValues scaled(ParityCase c) {
    FormulaWeights weights = ParityCase.weights(c.param("weights").get("segmentation"));
    JsonNode scale = c.params().path("weight_scale");
    String suffix = scale.path("suffix").asText("");
    float factor = (float) scale.path("factor").asDouble(1);
    return (name, shape) -> {
      float[] values = weights.values(name, shape);
      for (int i = 0; i < values.length && name.endsWith(suffix); i++) {
        values[i] *= factor;
      }
      return values;
    };
  }

  /**
   * What must not move has the formula's values. The head that the official network has and never
   * uses, {@code layer5}, is not built here.
   */
  private static void checkFixed(ParityCase c, Expected expected, SeriesCase series) {
    Map<String, float[]> fixed = series.fixed(TrainingPhase.SEGMENTER);
    int classes = c.param("num_classes").asInt();
    List<Double> norms = new ArrayList<>();
    for (JsonNode name : c.param("fixed_names")) {
      String tensor = name.asText();
      long[] shape =
          tensor.startsWith("layer5")
              ? tensor.endsWith("bias") ? new long[] {classes} : new long[] {classes, 1024, 3, 3}
              : new long[] {fixed.get(tensor).length};
      float[] formula = scaled(c).of(tensor, shape);
      if (!tensor.startsWith("layer5")) {
        assertThat(fixed.get(tensor)).as(tensor).isEqualTo(formula);
      }
      norms.add(norm(formula));
    }
    expected.check("fixed.norm", norms.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static double norm(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
