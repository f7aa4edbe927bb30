package org.crossfade.metapix;

import java.util.Map;
import java.util.stream.Stream;
import org.crossfade.backbones.fcn.Fcn8s;
import org.crossfade.backbones.fcn.Fcn8sOptions;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.Step;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.Dropout;
import org.crossfade.methodtest.CaseGraph;
import org.crossfade.methodtest.SeriesCase;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Whole training steps against the official code. */
class MetaPixStepsParityTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(MetaPixStepsParityTest.class)
        .claim("step.metapix_joint", this::jointStep)
        .claim("step.metapix_meta", this::metaStep)
        .claim("step.metapix_weighted", this::weightedStep)
        .tests();
  }

  private void jointStep(ParityCase c, Expected expected) {
    pairStep(c, expected, PairTraining.SourceLoss.LABELLED_MEAN);
  }

  private void weightedStep(ParityCase c, Expected expected) {
    pairStep(c, expected, PairTraining.SourceLoss.WEIGHTED);
  }

  private static void pairStep(
      ParityCase c, Expected expected, PairTraining.SourceLoss sourceLoss) {
    try (var graph = new CaseGraph(c)) {
      Ops tf = graph.tf();
      var series = new SeriesCase(c, graph);
      int classes = c.param("num_classes").asInt();
      Fcn8s network = Fcn8s.of(Fcn8sOptions.published(1), classes);
      PairStep built =
          PairStep.build(
              graph.context(),
              new CaseTraining(c).pairs(sourceLoss),
              Fcn8sCases.weighting(classes),
              Map.of(
                  Domain.SOURCE,
                  rows(
                      tf,
                      series,
                      "source",
                      network.through(Domain.SOURCE).withDropout(pairDropout(c, graph, series, 0))),
                  Domain.TARGET,
                  rows(
                      tf,
                      series,
                      "target",
                      network.withDropout(pairDropout(c, graph, series, 1)))));
      series.loss("loss_source", term(built.step(), PairStep.SOURCE), 1);
      series.loss("loss_target", term(built.step(), PairStep.TARGET), 1);
      built.weights().ifPresent(w -> series.loss("pixel_weight_mean", PairStep.mean(tf, w), 1));
      series.rates("lr", "segmenter-weights", "segmenter-biases");
      series.player("", TrainingPhase.SEGMENTER, PairStep.UPDATE);
      series.compile(built.step());
      graph.initialize();
      graph.assign(TrainingPhase.SEGMENTER, ParityCase.weights(c.param("weights").get("theta")));
      if (built.weights().isPresent()) {
        graph.assign(PairStep.WEIGHTING, ParityCase.weights(c.param("weights").get("phi")));
      }
      series.run(expected, 0);
    }
  }

  private void metaStep(ParityCase c, Expected expected) {
    for (MetaGradient.Mode mode : MetaGradient.Mode.values()) {
      metaStep(c, expected, mode);
    }
  }

  private static void metaStep(ParityCase c, Expected expected, MetaGradient.Mode mode) {
    try (var graph = new CaseGraph(c)) {
      Ops tf = graph.tf();
      var series = new SeriesCase(c, graph);
      int classes = c.param("num_classes").asInt();
      boolean rectified = c.param("meta_relu_on_scores").asBoolean();
      Fcn8s network = Fcn8s.of(Fcn8sOptions.published(1), classes);
      MetaStep built =
          MetaStep.build(
              graph.context(),
              new CaseTraining(c).meta(mode, rectified),
              Fcn8sCases.weighting(classes),
              Map.of(
                  Domain.SOURCE,
                  rows(
                      tf,
                      series,
                      "source",
                      network
                          .through(Domain.SOURCE)
                          .withDropout(metaDropout(c, graph, series, "source"))),
                  Domain.TARGET,
                  rows(
                      tf,
                      series,
                      "target",
                      network
                          .withRectifiedScores(rectified)
                          .withDropout(metaDropout(c, graph, series, "target")))));
      series.loss("loss_source", built.gradient().sourceLoss(), 1);
      series.loss("loss_target", term(built.step(), MetaStep.TARGET), 1);
      series.loss("pixel_weight_mean", PairStep.mean(tf, built.gradient().weights()), 1);
      series.rates("lr", PairStep.WEIGHTING);
      series.player("", PairStep.WEIGHTING, MetaStep.UPDATE);
      series.compile(built.step());
      graph.initialize();
      graph.assign(TrainingPhase.SEGMENTER, ParityCase.weights(c.param("weights").get("theta")));
      graph.assign(PairStep.WEIGHTING, ParityCase.weights(c.param("weights").get("phi")));
      series.run(expected, 0);
    }
  }

  private static Operand<TFloat32> term(Step step, String name) {
    return step.updates().get(0).terms().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static PairStep.Batch rows(Ops tf, SeriesCase series, String name, Fcn8s network) {
    return new PairStep.Batch(
        network,
        Fcn8sCases.normalised(tf, tf.expandDims(series.row(name + "_image"), tf.constant(0))),
        tf.expandDims(series.row(name + "_labels"), tf.constant(0)));
  }

  private static Dropout metaDropout(
      ParityCase c, CaseGraph graph, SeriesCase series, String domain) {
    if (!c.hasInput(domain + "_drop6")) {
      return Dropout.elements(0);
    }
    return (forward, layer, x) ->
        Fcn8sCases.kept(graph.tf(), x, series.row(domain + "_drop" + layer.charAt(2)));
  }

  /** Rows of a pair's masks take turns: source 0, target 0, source 1, ... */
  private static Dropout pairDropout(ParityCase c, CaseGraph graph, SeriesCase series, int turn) {
    if (!c.hasInput("drop6")) {
      return Dropout.elements(0);
    }
    Ops tf = graph.tf();
    return (forward, layer, x) -> {
      Operand<TInt32> masks = graph.ints("drop" + layer.charAt(2));
      int channels = (int) masks.shape().get(1);
      Operand<TInt32> pair =
          series.row(tf.reshape(masks, tf.constant(new int[] {-1, 2, channels})));
      return Fcn8sCases.kept(tf, x, tf.gather(pair, tf.constant(turn), tf.constant(0)));
    };
  }
}
