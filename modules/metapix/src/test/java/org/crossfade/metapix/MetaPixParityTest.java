package org.crossfade.metapix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.backbones.fcn.Fcn8s;
import org.crossfade.backbones.fcn.Fcn8sOptions;
import org.crossfade.backbones.unet.UNet;
import org.crossfade.core.graph.Forward;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.methodtest.CaseGraph;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Losses, weights and meta-gradients against the official code. */
class MetaPixParityTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(MetaPixParityTest.class)
        .claim("gradient.metapix", this::gradient)
        .claim("gradient.metapix_fcn8s", this::gradientOfFcn8s)
        .claim("loss.metapix_weighted_ce", this::weightedCrossEntropy)
        .claim("weights.metapix", this::weights)
        .tests();
  }

  private void weightedCrossEntropy(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      Ops tf = graph.tf();
      Operand<TFloat32> logits = graph.floats("logits");
      Operand<TInt32> labels = graph.ints("labels");
      var weighted = WeightedCrossEntropy.of(tf, logits, labels, graph.floats("weight"));
      expected.check("ce_map", graph.value(weighted.perPixel()));
      expected.check("loss", graph.value(weighted.loss()));
      expected.check("grad.logits", graph.value(graph.gradient(weighted.loss(), "logits")));
      expected.check("grad.weight", graph.value(graph.gradient(weighted.loss(), "weight")));
      if (expected.has("loss_valid_mean")) {
        expected.check(
            "loss_valid_mean",
            graph.value(
                new SegmentationCrossEntropy(c.param("ignore_label").asInt(), 1)
                    .apply(tf, logits, labels)));
      }
    }
  }

  /** Both ways to the gradient, in both precisions. */
  private void gradient(ParityCase c, Expected expected) {
    for (MetaGradient.Mode mode : MetaGradient.Mode.values()) {
      gradient(c, expected, mode, (tf, x) -> x);
      gradient(c, expected, mode, TinyNetworks::inDoublePrecision);
    }
  }

  private static void gradient(
      ParityCase c,
      Expected expected,
      MetaGradient.Mode mode,
      BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> precision) {
    try (var graph = new CaseGraph(c)) {
      Ops tf = graph.tf();
      Parameters theta = given(c, graph, "theta.", precision);
      Parameters phi = given(c, graph, "phi.", precision);
      int stems = c.param("stems").asInt();
      int classes = c.param("one_hot_channels").asInt() - 1;
      boolean rectified = c.param("meta_relu_on_scores").asBoolean();
      var meta =
          MetaGradient.of(
              tf,
              mode,
              batch(
                  graph,
                  precision,
                  Domain.SOURCE,
                  new TinyNetworks.Segmenter(stems, Domain.SOURCE, false, classes)),
              batch(
                  graph,
                  precision,
                  Domain.TARGET,
                  new TinyNetworks.Segmenter(stems, Domain.TARGET, rectified, classes)),
              theta,
              new TinyNetworks.Weighting(classes, c.param("weight_channel").asInt()),
              phi,
              c.param("alpha").asDouble(),
              targetLoss(c));
      var fields = new LinkedHashMap<String, Operand<TFloat32>>();
      fields.put("loss_source", meta.sourceLoss());
      fields.put("loss_target", meta.objective());
      fields.put("pixel_weight", meta.weights());
      fields.put("u", agreement(c, tf, meta));
      meta.stepped().asMap().forEach((name, value) -> fields.put("theta_plus." + name, value));
      v(tf, meta, theta).asMap().forEach((name, value) -> fields.put("v." + name, value));
      new GradientTape(tf)
          .gradient(meta.objective(), phi)
          .asMap()
          .forEach((name, value) -> fields.put("grad." + name, value));
      fields.replaceAll((name, value) -> tf.dtypes.cast(value, TFloat32.class));
      graph.values(fields).forEach((field, value) -> expected.check(field, value));
    }
  }

  private static MetaGradient.Batch batch(
      CaseGraph graph,
      BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> precision,
      Domain domain,
      TinyNetworks.Segmenter network) {
    String name = domain == Domain.SOURCE ? "source" : "target";
    return new MetaGradient.Batch(
        Forward.inference(graph.tf()),
        network,
        precision.apply(graph.tf(), graph.floats(name + "_image")),
        graph.ints(name + "_labels"),
        List.of());
  }

  private static Parameters given(
      ParityCase c,
      CaseGraph graph,
      String prefix,
      BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> precision) {
    var values = new LinkedHashMap<String, Operand<TFloat32>>();
    for (String input : c.inputs()) {
      if (input.startsWith(prefix)) {
        values.put(
            input.substring(prefix.length()), precision.apply(graph.tf(), graph.floats(input)));
      }
    }
    return Parameters.of(values);
  }

  private static TargetLoss targetLoss(ParityCase c) {
    String normaliser = c.params().path("target_normaliser").asText("labelled pixels");
    return switch (normaliser) {
      case "labelled pixels" -> TargetLoss.LABELLED_MEAN;
      case "all pixels" -> TargetLoss.ALL_PIXELS;
      default -> throw new IllegalArgumentException(c + ": target_normaliser " + normaliser);
    };
  }

  /** u = −(HW/α)·∂L_t/∂W, which the directional way computes on its own. */
  private static Operand<TFloat32> agreement(ParityCase c, Ops tf, MetaGradient meta) {
    return meta.agreement()
        .orElseGet(
            () -> {
              var at = Parameters.of(Map.of("w", meta.weights()));
              Operand<TFloat32> slope =
                  new GradientTape(tf).gradient(meta.objective(), at).get("w");
              double scale = -meta.weights().shape().size() / c.param("alpha").asDouble();
              return tf.math.mul(slope, tf.dtypes.cast(tf.constant(scale), slope.type()));
            });
  }

  /** ∂L_t/∂θ⁺, zero where the source does not reach θ. */
  private static Parameters v(Ops tf, MetaGradient meta, Parameters theta) {
    return new GradientTape(tf)
        .gradientOrZero(meta.targetLoss(), meta.stepped().select(theta::contains))
        .map((name, value) -> meta.moved().contains(name) ? value : tf.zerosLike(value));
  }

  private void gradientOfFcn8s(ParityCase c, Expected expected) {
    for (MetaGradient.Mode mode : MetaGradient.Mode.values()) {
      gradientOfFcn8s(c, expected, mode);
    }
  }

  private static void gradientOfFcn8s(ParityCase c, Expected expected, MetaGradient.Mode mode) {
    try (var graph = new CaseGraph(c)) {
      Ops tf = graph.tf();
      int classes = c.param("num_classes").asInt();
      Fcn8s network = Fcn8s.of(Fcn8sOptions.published(1), classes);
      var built =
          MetaStep.build(
              graph.context(),
              new CaseTraining(c).meta(mode, c.param("meta_relu_on_scores").asBoolean()),
              Fcn8sCases.weighting(classes),
              Map.of(
                  Domain.SOURCE,
                  Fcn8sCases.fed(
                      tf,
                      graph,
                      "source",
                      masked(c, tf, network.through(Domain.SOURCE), graph, "source")),
                  Domain.TARGET,
                  Fcn8sCases.fed(
                      tf,
                      graph,
                      "target",
                      masked(c, tf, network, graph, "target")
                          .withRectifiedScores(c.param("meta_relu_on_scores").asBoolean()))));
      MetaGradient meta = built.gradient();
      Parameters theta = graph.context().parameters(TrainingPhase.SEGMENTER, network);
      List<String> names = names(c, "param_names");
      List<String> thetaNames = names(c, "theta_names");
      var fields = new LinkedHashMap<String, Operand<TFloat32>>();
      fields.put("loss_source", meta.sourceLoss());
      fields.put("loss_target", meta.objective());
      fields.put("pixel_weight_mean", PairStep.mean(tf, meta.weights()));
      fields.put("pixel_weight.samples", sampled(tf, graph, meta.weights()));
      Operand<TFloat32> u = agreement(c, tf, meta);
      fields.put("u.samples", sampled(tf, graph, u));
      fields.put("u.norm", norm(tf, u));
      Parameters phi = graph.parameters(PairStep.WEIGHTING);
      Parameters gradients =
          new GradientTape(tf).gradient(meta.objective(), phi.select(names::contains));
      gradients.asMap().forEach((name, value) -> fields.put("grad." + name, value));
      Parameters v = v(tf, meta, theta.select(name -> true));
      thetaNames.forEach(name -> fields.put("v." + name, norm(tf, v.get(name))));
      graph.initialize();
      graph.assign(TrainingPhase.SEGMENTER, ParityCase.weights(c.param("weights").get("theta")));
      graph.assign(PairStep.WEIGHTING, ParityCase.weights(c.param("weights").get("phi")));
      Map<String, float[]> values = graph.values(fields);
      values.forEach(
          (field, value) -> {
            if (expected.has(field)) {
              expected.check(field, value);
            }
          });
      expected.check(
          "v.norm", thetaNames.stream().mapToDouble(name -> values.get("v." + name)[0]).toArray());
      checkGradients(c, expected, names, values);
    }
  }

  private static void checkGradients(
      ParityCase c, Expected expected, List<String> names, Map<String, float[]> values) {
    int[] positions = c.ints("sample_index");
    int columns = positions.length / names.size();
    double[] stored = expected.values("grad.rms");
    double[] norms = new double[names.size()];
    double[] units = new double[names.size()];
    double[] scaled = new double[positions.length];
    for (int n = 0; n < norms.length; n++) {
      float[] gradient = values.get("grad." + names.get(n));
      double squares = 0;
      for (float g : gradient) {
        squares += (double) g * g;
      }
      norms[n] = Math.sqrt(squares);
      units[n] = Math.sqrt(squares / gradient.length);
      for (int i = n * columns; i < (n + 1) * columns; i++) {
        scaled[i] = gradient[positions[i]] / stored[n];
      }
    }
    expected.check("grad.norm", norms);
    expected.check("grad.rms", units);
    expected.check("grad.scaled", scaled);
  }

  private static Fcn8s masked(ParityCase c, Ops tf, Fcn8s network, CaseGraph graph, String domain) {
    return network.withDropout(
        (forward, layer, x) ->
            c.hasInput(domain + "_drop6")
                ? Fcn8sCases.kept(tf, x, graph.ints(domain + "_drop" + layer.charAt(2)))
                : x);
  }

  private static Operand<TFloat32> sampled(Ops tf, CaseGraph graph, Operand<TFloat32> map) {
    return tf.gather(
        tf.reshape(map, tf.constant(new int[] {-1})), graph.ints("pixel_index"), tf.constant(0));
  }

  private static Operand<TFloat32> norm(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> flat = tf.reshape(x, tf.constant(new int[] {-1}));
    return tf.math.sqrt(tf.reduceSum(tf.math.square(flat), tf.constant(0)));
  }

  private static List<String> names(ParityCase c, String option) {
    var names = new ArrayList<String>();
    c.param(option).forEach(name -> names.add(name.asText()));
    return names;
  }

  private void weights(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      Ops tf = graph.tf();
      int classes = c.param("one_hot_channels").asInt() - 1;
      var weighting = Fcn8sCases.weighting(classes);
      Parameters phi = graph.context().parameters(PairStep.WEIGHTING, weighting.parameters());
      Operand<TFloat32> images = Fcn8sCases.normalised(tf, graph.ints("image"));
      Operand<TFloat32> w = weighting.weights(tf, phi, images, graph.ints("labels"));
      Operand<TFloat32> logits =
          new UNet(classes + 4, 2, 64, 3, /* decoder= */ true)
              .forward(tf, phi, UNet.withLabels(tf, images, graph.ints("labels"), classes));
      graph.assign(PairStep.WEIGHTING, c.weights("weights"));
      expected.check("weight", graph.value(w));
      expected.check("weight_mean", graph.value(PairStep.mean(tf, w)));
      expected.check("softmax", graph.value(WeightingNetwork.probabilities(tf, logits)));
    }
  }
}
