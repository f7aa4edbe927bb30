package org.crossfade.pixda;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.method.SampleSelection;
import org.crossfade.core.method.ScoreRule;
import org.crossfade.core.nn.ConvolutionalDiscriminator;
import org.crossfade.core.nn.Discriminator;
import org.crossfade.methodtest.CaseGraph;
import org.crossfade.methodtest.SampledTensors;
import org.crossfade.pixda.PixDaOptions.Level;
import org.crossfade.pixda.loss.ImbalanceMap;
import org.crossfade.pixda.loss.KnowledgeDistillation;
import org.crossfade.pixda.loss.PixelAdversarialLoss;
import org.crossfade.recipes.BinaryAlignment;
import org.crossfade.recipes.loss.DomainLoss;
import org.crossfade.recipes.loss.PixelCrossEntropy;
import org.crossfade.recipes.loss.Reduction;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** PixDA's losses, maps, discriminators and selection against the official PyTorch code. */
class PixDaParityTest {
  private static final String JUDGE = "discriminator";

  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(PixDaParityTest.class)
        .claim("network.discriminator.pixda_pixel", this::pixelDiscriminator)
        .claim("map.pixda_b", this::imbalance)
        .claim("map.pixda_s", this::confidence)
        .claim("loss.pixadv", this::pixelAdversarial)
        .claim("loss.pixadv_network", this::pixelAdversarialThroughNetwork)
        .claim("loss.pixda_discriminator", this::discriminator)
        .claim("loss.pixda_kd", this::distillation)
        .claim("select.pixda_samples", this::selection)
        .tests();
  }

  private void pixelDiscriminator(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      var network = pixelDiscriminator(c.param("num_classes").asInt());
      Operand<TFloat32> logits =
          network.forward(
              graph.tf(), graph.context().parameters(JUDGE, network), graph.floats("probability"));
      graph.assign(JUDGE, c.weights("weights"));
      expected.check("logits", graph.value(logits));
    }
  }

  private static PixelDiscriminator pixelDiscriminator(int classes) {
    return new PixelDiscriminator(classes, PixelDiscriminator.PUBLISHED_WIDTH);
  }

  private void imbalance(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      expected.check("b", graph.value(ImbalanceMap.of(graph.tf(), graph.ints("labels"))));
    }
  }

  private void confidence(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      var map = new PixelCrossEntropy(ignore(c));
      expected.check(
          "s", graph.value(map.apply(graph.tf(), graph.floats("logits"), graph.ints("labels"))));
    }
  }

  private void pixelAdversarial(ParityCase c, Expected expected) {
    assertThat(c.params().path("fool_label").asInt(0)).as("the source's label").isZero();
    try (var graph = new CaseGraph(c)) {
      var loss =
          new PixelAdversarialLoss(
                  c.param("use_s").asBoolean(),
                  c.param("use_b").asBoolean(),
                  c.param("detach_s").asBoolean())
              .apply(
                  graph.tf(),
                  graph.floats("d_output"),
                  graph.floats("logits"),
                  graph.ints("labels"));
      var at =
          Parameters.of(
              Map.of("logits", graph.floats("logits"), "d_output", graph.floats("d_output")));
      var gradients = new GradientTape(graph.tf()).gradientOrZero(loss, at);
      expected.check("loss", graph.value(loss));
      expected.check("grad.logits", graph.value(gradients.get("logits")));
      expected.check("grad.d_output", graph.value(gradients.get("d_output")));
    }
  }

  private void pixelAdversarialThroughNetwork(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      Operand<TFloat32> logits = graph.floats("logits");
      Discriminator network = pixelDiscriminator((int) c.shape("logits")[3]);
      Operand<TFloat32> output =
          network.forward(
              graph.tf(),
              graph.context().parameters(JUDGE, network),
              graph.tf().nn.softmax(logits));
      var loss =
          new PixelAdversarialLoss(true, true, c.param("detach_s").asBoolean())
              .apply(graph.tf(), output, logits, graph.ints("labels"));
      Operand<TFloat32> gradient = graph.gradient(loss, "logits");
      graph.assign(JUDGE, c.weights("weights"));
      expected.check("d_output", graph.value(output));
      expected.check("loss", graph.value(loss));
      expected.check("grad.logits", graph.value(gradient));
    }
  }

  private void discriminator(ParityCase c, Expected expected) {
    Level level = Level.valueOf(c.param("level").asText().toUpperCase(Locale.ROOT));
    boolean sum = c.param("reduction").asText().startsWith("sum over pixels");
    var options =
        new PixDaOptions.Alignment(
            level,
            0,
            false,
            false,
            false,
            c.param("factor").asDouble(),
            sum ? Reduction.SUM : Reduction.MEAN,
            level == Level.PIXEL
                ? PixelDiscriminator.PUBLISHED_WIDTH
                : ConvolutionalDiscriminator.PUBLISHED_WIDTH);
    try (var graph = new CaseGraph(c)) {
      Ops tf = graph.tf();
      Discriminator network = options.discriminator((int) c.shape("source_logits")[3]);
      BinaryAlignment alignment =
          BinaryAlignment.of(
              tf,
              JUDGE,
              network,
              graph.context().parameters(JUDGE, network),
              DomainLoss.VANILLA,
              tf.nn.softmax(graph.floats("source_logits")),
              tf.nn.softmax(graph.floats("target_logits")));
      long[] shape = alignment.targetOutput().shape().asArray();
      Operand<TFloat32> weight =
          tf.constant((float) options.discriminatorWeight(shape[1] * shape[2]));
      Operand<TFloat32> source = tf.math.mul(weight, alignment.discriminatorSource());
      Operand<TFloat32> target = tf.math.mul(weight, alignment.discriminatorTarget());
      Parameters gradients =
          new GradientTape(tf).gradient(tf.math.add(source, target), graph.parameters(JUDGE));
      graph.assign(JUDGE, c.weights("weights"));
      expected.check("d_source", graph.value(alignment.sourceOutput()));
      expected.check("d_target", graph.value(alignment.targetOutput()));
      expected.check("loss_source", graph.value(source));
      expected.check("loss_target", graph.value(target));
      Map<String, double[]> values = new LinkedHashMap<>();
      graph.values(gradients.asMap()).forEach((name, value) -> values.put(name, wide(value)));
      var tensors = SampledTensors.of(c, "param_names", "sample_index");
      tensors.checkScaled(expected, "grad", values);
      expected.check(
          "grad.rms", tensors.names().stream().mapToDouble(n -> rms(values.get(n))).toArray());
    }
  }

  private void distillation(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      Operand<TFloat32> loss =
          distillation(c)
              .apply(graph.tf(), graph.floats("student_logits"), graph.floats("teacher_logits"));
      expected.check("loss", graph.value(loss));
      expected.check("grad.student", graph.value(graph.gradient(loss, "student_logits")));
    }
  }

  /** The official code writes T = 1/τ as a product. */
  private static KnowledgeDistillation distillation(ParityCase c) {
    double tau = c.param("tau").asDouble();
    return new KnowledgeDistillation(
        c.param("teacher").asText().contains("*") ? 1 / tau : tau,
        c.params().path("class_reduction").asText("mean").equals("mean"));
  }

  private void selection(ParityCase c, Expected expected) {
    boolean above = c.param("rule").asText().contains(">");
    List<String> growth = Splitter.on(' ').splitToList(c.param("growth").asText());
    boolean adds = growth.get(0).equals("add");
    var rule =
        new ScoreRule(
            above ? ScoreRule.Keep.ABOVE : ScoreRule.Keep.BELOW,
            c.param("threshold").asDouble(),
            adds ? ScoreRule.Growth.ADD : ScoreRule.Growth.MULTIPLY,
            adds ? Double.parseDouble(growth.get(1)) : 2);
    DomainScore score =
        c.param("rule").asText().contains("softplus")
            ? DomainScore.SOURCE_CROSS_ENTROPY
            : DomainScore.SOURCE_PROBABILITY;
    var selection =
        new SampleSelection(
            "source", List.of(), rule, c.param("drop_last").asBoolean(), context -> null);
    long[] shape = c.shape("d2_logits");
    int epochs = (int) shape[0];
    int images = (int) shape[1];
    float[] scores;
    try (var graph = new CaseGraph(c)) {
      Operand<TFloat32> maps =
          graph
              .tf()
              .reshape(
                  graph.floats("d2_logits"),
                  graph.tf().constant(new long[] {shape[0] * shape[1], shape[2], shape[3], 1}));
      scores = graph.value(score.of(graph.tf(), maps));
    }
    int[] order = c.ints("order");
    int[] visited = new int[epochs * images];
    int[] kept = new int[epochs * images];
    float[] seen = new float[epochs * images];
    List<Integer> left = IntStream.range(0, images).boxed().toList();
    for (int e = 0; e < epochs; e++) {
      List<Integer> before = left;
      List<Integer> ordered =
          Arrays.stream(order, e * images, (e + 1) * images)
              .boxed()
              .filter(before::contains)
              .toList();
      int scored = selection.scored(ordered.size(), c.param("batch_size").asInt());
      List<Integer> survivors = new ArrayList<>();
      for (int image : ordered.subList(0, scored)) {
        int at = e * images + image;
        visited[at] = 1;
        seen[at] = scores[at];
        if (rule.keeps(scores[at], e)) {
          kept[at] = 1;
          survivors.add(image);
        }
      }
      left = survivors;
    }
    expected.check("visited", visited);
    expected.check("kept", kept);
    expected.check("score", seen);
    expected.check(
        "threshold", IntStream.range(0, epochs).mapToDouble(rule::thresholdAt).toArray());
  }

  private static int ignore(ParityCase c) {
    return c.params().path("ignore_label").asInt(255);
  }

  private static double rms(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum() / values.length);
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }
}
