package org.crossfade.pixl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.crossfade.core.method.LossTerm;
import org.crossfade.core.nn.DetailWindow;
import org.crossfade.methodtest.CaseGraph;
import org.crossfade.pixl.loss.AdaptiveSelection;
import org.crossfade.pixl.loss.AsymmetricContrast;
import org.crossfade.pixl.loss.DriftSchedule;
import org.crossfade.pixl.loss.LocalPrototypes;
import org.crossfade.pixl.loss.PixelFeatures;
import org.crossfade.pixl.loss.PixelPartition;
import org.crossfade.recipes.loss.MultiResolutionLoss;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** PiXL's losses against the paper's equations in double precision. */
class PixlParityTest {
  private static final int LR_STRIDE = 8;
  private static final int HR_STRIDE = 4;

  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(PixlParityTest.class)
        .claim("loss.pixl_dpa", this::contrast)
        .claim("loss.pixl_total", this::total)
        .claim("partition.pixl", this::partition)
        .claim("prototypes.pixl_adaptive", this::adaptive)
        .claim("prototypes.pixl_local", this::local)
        .claim("schedule.pixl_eta", this::eta)
        .tests();
  }

  private void partition(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      Ops tf = graph.tf();
      long[] detail = c.shape("hr_logits");
      assertThat(c.shape("lr_logits")[1] * LR_STRIDE).isEqualTo(c.shape("label")[1]);
      var partition =
          PixelPartition.of(
              tf,
              new PixelPartition.Views(
                  graph.floats("lr_logits"),
                  graph.floats("hr_logits"),
                  new DetailWindow(
                      graph.ints("crop_box"),
                      HR_STRIDE * (int) detail[1],
                      HR_STRIDE * (int) detail[2])),
              graph.ints("label"),
              graph.floats("pixel_weight"),
              tf.constant(c.param("eta").asDouble()));
      expected.check("threshold", graph.value(partition.threshold()));
      for (var part : Map.of("lr", partition.context(), "hr", partition.detail()).entrySet()) {
        expected.check("entropy_" + part.getKey(), graph.value(part.getValue().entropy()));
        expected.check("label_" + part.getKey(), graph.integers(part.getValue().labels()));
        expected.check("state_" + part.getKey(), graph.integers(part.getValue().state()));
      }
    }
  }

  private void local(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      int classes = c.param("classes").asInt();
      boolean normalized = c.param("normalize").asBoolean();
      PixelFeatures context = pixels(graph, "lr");
      PixelFeatures detail = pixels(graph, "hr");
      var parts =
          Map.of(
              "", PixelFeatures.concat(graph.tf(), List.of(context, detail)),
              "_lr", context,
              "_hr", detail);
      parts.forEach(
          (suffix, part) -> {
            var prototypes = LocalPrototypes.of(graph.tf(), part, classes, normalized);
            expected.check("prototype" + suffix, graph.value(prototypes.vectors()));
            expected.check("count" + suffix, graph.integers(prototypes.counts()));
          });
    }
  }

  private void adaptive(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      assertThat(c.param("median_set").asText()).isEqualTo("present");
      var selection =
          AdaptiveSelection.of(
              graph.tf(),
              new LocalPrototypes(graph.floats("prototype_lr"), graph.ints("count_lr")),
              new LocalPrototypes(graph.floats("prototype_hr"), graph.ints("count_hr")),
              AdaptiveSelection.Median.valueOf(
                  c.param("median_rule").asText().toUpperCase(Locale.ROOT)));
      Operand<TFloat32> median = graph.tf().dtypes.cast(selection.median(), TFloat32.class);
      expected.check("median", graph.value(median));
      expected.check("source", graph.integers(selection.source()));
      expected.check("prototype", graph.value(selection.selected().vectors()));
    }
  }

  private void contrast(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      Ops tf = graph.tf();
      var pixels = PixelFeatures.concat(tf, List.of(pixels(graph, "lr"), pixels(graph, "hr")));
      assertThat(c.shape("prototype")[0]).isEqualTo(c.param("classes").asLong());
      var answer =
          new AsymmetricContrast(
                  c.param("temperature").asDouble(), c.param("normalize").asBoolean(), false)
              .apply(
                  tf, pixels, new LocalPrototypes(graph.floats("prototype"), graph.ints("exists")));
      Map<String, Operand<TFloat32>> outputs = new LinkedHashMap<>();
      outputs.put("loss", answer.loss());
      outputs.put("grad_lr", graph.gradient(answer.loss(), "feature_lr"));
      outputs.put("grad_hr", graph.gradient(answer.loss(), "feature_hr"));
      graph.values(outputs).forEach((field, value) -> expected.check(field, value));
      expected.check("count", graph.integers(answer.count()));
    }
  }

  private static PixelFeatures pixels(CaseGraph graph, String view) {
    Operand<TInt32> state = graph.ints("state_" + view);
    return PixelFeatures.ofMaps(
        graph.tf(),
        graph.floats("feature_" + view),
        graph.ints("label_" + view),
        state,
        graph.tf().dtypes.cast(state, TFloat32.class));
  }

  private void eta(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      Ops tf = graph.tf();
      var schedule =
          new DriftSchedule(
              c.param("eta_start").asDouble(),
              c.param("eta_end").asDouble(),
              c.param("max_iterations").asLong());
      Operand<TFloat64> eta =
          schedule.at(tf, tf.dtypes.cast(graph.ints("iterations"), TInt64.class));
      expected.check("eta", graph.doubles(eta));
    }
  }

  private void total(ParityCase c, Expected expected) {
    try (var graph = new CaseGraph(c)) {
      Ops tf = graph.tf();
      double lambda = c.param("lambda_hr").asDouble();
      double fused =
          c.params().has("fused_weight") ? c.param("fused_weight").asDouble() : 1 - lambda;
      var loss = new MultiResolutionLoss(fused, lambda, 0);
      var weights = graph.floats("pixel_weight_j");
      List<LossTerm> entropies = new ArrayList<>();
      for (String set : List.of("i", "j")) {
        long[] detail = c.shape("hr_" + set);
        entropies.addAll(
            loss.terms(
                tf,
                set,
                new MultiResolutionLoss.Logits(
                    graph.floats("fused_" + set),
                    graph.floats("hr_" + set),
                    Optional.empty(),
                    new DetailWindow(
                        graph.ints("crop_box_" + set),
                        HR_STRIDE * (int) detail[1],
                        HR_STRIDE * (int) detail[2])),
                graph.ints("label_" + set),
                set.equals("i") ? tf.onesLike(weights) : weights));
      }
      for (LossTerm term : entropies) {
        String field = "ce_" + (term.name().endsWith("-fused") ? "fused_" : "hr_");
        expected.check(field + term.name().charAt(0), graph.value(term.value()));
      }
      List<LossTerm> all = new ArrayList<>(entropies);
      all.add(
          new LossTerm("fd", c.param("lambda_fd").asDouble(), scalar(tf, graph.floats("loss_fd"))));
      all.add(
          new LossTerm(
              "dpa", c.param("lambda_dpa").asDouble(), scalar(tf, graph.floats("loss_dpa"))));
      Operand<TFloat32> total = LossTerm.total(tf, all);
      expected.check("ce_total", graph.value(LossTerm.total(tf, entropies)));
      expected.check("total", graph.value(total));
      expected.check("grad_fused_j", graph.value(graph.gradient(total, "fused_j")));
      expected.check("grad_hr_i", graph.value(graph.gradient(total, "hr_i")));
    }
  }

  private static Operand<TFloat32> scalar(Ops tf, Operand<TFloat32> one) {
    return tf.reshape(one, tf.constant(new int[0]));
  }
}
