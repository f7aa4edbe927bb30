package org.crossfade.fada;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.crossfade.core.method.Domain;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.HardLabels;
import org.crossfade.core.nn.Interpolation;
import org.crossfade.core.nn.MultiScaleInference;
import org.crossfade.core.nn.Resize;
import org.crossfade.fada.loss.DomainEncoding;
import org.crossfade.fada.loss.FineGrainedDomainLoss;
import org.crossfade.methodtest.CaseGraph;
import org.crossfade.methodtest.CaseNetworks;
import org.crossfade.methodtest.CaseRecipes;
import org.crossfade.methodtest.StepCase;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.SupervisedStep;
import org.crossfade.recipes.Upsampling;
import org.crossfade.recipes.loss.Reduction;
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

/** FADA's losses, inference and steps against the official PyTorch code. */
class FadaParityTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(FadaParityTest.class)
        .claim("inference.fada_mst", this::multiScaleInference)
        .claim("loss.fada_segmentation", this::segmentation)
        .claim("loss.fada_soft_label_ce", this::domainLoss)
        .claim("network.discriminator.fada", this::discriminator)
        .claim("pseudo_labels.fada", this::pseudoLabels)
        .claim("step.fada", this::adversarialStep)
        .claim("step.fada_distill", this::supervisedStep)
        .claim("step.fada_source", this::supervisedStep)
        .tests();
  }

  private void multiScaleInference(ParityCase parityCase, Expected expected) {
    try (var graph = new CaseGraph(parityCase)) {
      Ops tf = graph.tf();
      List<Double> scales = new ArrayList<>();
      parityCase.param("scales").forEach(scale -> scales.add(scale.asDouble()));
      boolean flip = parityCase.param("flip").asBoolean();
      List<Operand<TFloat32>> seen = new ArrayList<>();
      Operand<TFloat32> probabilities =
          MultiScaleInference.probabilities(
              tf,
              image -> {
                seen.add(image);
                return graph.floats("logits_" + (seen.size() - 1));
              },
              Interpolation.ALIGNED_CORNERS,
              graph.floats("image"),
              scales,
              flip,
              size(tf, parityCase.param("label_size")));
      expected.check("probabilities", graph.value(probabilities));
      expected.check(
          "labels", graph.integers(tf.math.argMax(probabilities, tf.constant(3), TInt32.class)));
      int callsPerScale = flip ? 2 : 1;
      assertThat(seen).hasSize(scales.size() * callsPerScale);
      for (int i = 0; i < scales.size(); i++) {
        // A fed value can't be fetched, and scale 1 leaves the image as it is.
        Operand<TFloat32> scaled = tf.identity(seen.get(i * callsPerScale));
        expected.check("scaled_image_" + i, graph.value(scaled));
      }
    }
  }

  private void segmentation(ParityCase parityCase, Expected expected) {
    try (var graph = new CaseGraph(parityCase)) {
      Ops tf = graph.tf();
      long images = parityCase.shape("logits")[0];
      int groups = parityCase.param("grouping").asText().equals("per_image") ? (int) images : 1;
      Operand<TFloat32> softened =
          Upsampling.softened(
              tf,
              upsampled(tf, graph.floats("logits"), parityCase.param("size")),
              parityCase.param("temperature").asDouble());
      Operand<TFloat32> loss =
          new SegmentationCrossEntropy(
                  parityCase.param("ignore_label").asInt(), groups, reduction(parityCase))
              .apply(tf, softened, graph.ints("labels"));
      expected.check("loss", graph.value(loss));
      expected.check("grad.logits", graph.value(graph.gradient(loss, "logits")));
    }
  }

  private void domainLoss(ParityCase parityCase, Expected expected) {
    try (var graph = new CaseGraph(parityCase)) {
      Ops tf = graph.tf();
      DomainEncoding encoding = encoding(parityCase);
      double temperature = parityCase.param("temperature").asDouble();
      Operand<TFloat32> sourceLabels =
          encoding.labels(
              tf,
              Upsampling.softened(
                  tf,
                  upsampled(tf, graph.floats("source_logits"), parityCase.param("source_size")),
                  temperature));
      Operand<TFloat32> targetLabels =
          encoding.labels(
              tf,
              Upsampling.softened(
                  tf,
                  upsampled(tf, graph.floats("target_logits"), parityCase.param("target_size")),
                  temperature));
      var loss = new FineGrainedDomainLoss(reduction(parityCase));
      Operand<TFloat32> lambdaD = tf.constant((float) parityCase.param("lambda_d").asDouble());
      Operand<TFloat32> lambdaAdv = tf.constant((float) parityCase.param("lambda_adv").asDouble());
      Operand<TFloat32> seen = graph.floats("source_d_logits");
      Operand<TFloat32> fooled = graph.floats("target_d_logits");
      Operand<TFloat32> source =
          tf.math.mul(lambdaD, loss.apply(tf, seen, sourceLabels, Domain.SOURCE));
      Operand<TFloat32> target =
          tf.math.mul(lambdaD, loss.apply(tf, fooled, targetLabels, Domain.TARGET));
      Operand<TFloat32> adversarial =
          tf.math.mul(lambdaAdv, loss.apply(tf, fooled, targetLabels, Domain.SOURCE));
      Map<String, Operand<TFloat32>> outputs = new LinkedHashMap<>();
      outputs.put("loss_d_source", source);
      outputs.put("loss_d_target", target);
      outputs.put("loss_adv", adversarial);
      outputs.put("grad.source_d_logits", graph.gradient(source, "source_d_logits"));
      outputs.put("grad.target_d_logits", graph.gradient(target, "target_d_logits"));
      outputs.put("grad.target_d_logits_adv", graph.gradient(adversarial, "target_d_logits"));
      outputs.put("target_label", targetLabels);
      outputs.put("source_label_sum", tf.reduceSum(sourceLabels, tf.constant(3)));
      graph.values(outputs).forEach((field, value) -> expected.check(field, value));
    }
  }

  private void discriminator(ParityCase parityCase, Expected expected) {
    try (var graph = new CaseGraph(parityCase)) {
      var discriminator =
          new FadaDiscriminator(
              parityCase.param("in_channels").asInt(),
              parityCase.param("num_classes").asInt(),
              parityCase.param("hidden").asInt());
      var parameters = graph.context().parameters("discriminator", discriminator);
      Operand<TFloat32> logits =
          discriminator.forward(graph.tf(), parameters, graph.floats("feature"));
      Operand<TFloat32> up = upsampled(graph.tf(), logits, parityCase.param("upsample_size"));
      graph.assign("discriminator", parityCase.weights("weights"));
      expected.check("logits", graph.value(logits));
      expected.checkStrided("logits_up", graph.value(up), up.shape().asArray());
    }
  }

  private void pseudoLabels(ParityCase parityCase, Expected expected) {
    try (var graph = new CaseGraph(parityCase)) {
      var labels =
          HardLabels.of(
              graph.tf(), graph.floats("logits"), size(graph.tf(), parityCase.param("size")));
      expected.check("labels", graph.integers(labels.labels()));
      expected.check("confidence", graph.value(labels.confidence()));
    }
  }

  private void adversarialStep(ParityCase parityCase, Expected expected) {
    try (var graph = new CaseGraph(parityCase)) {
      double lambdaAdv = parityCase.param("lambda_adv").asDouble();
      double lambdaD = parityCase.param("lambda_d").asDouble();
      double temperature = parityCase.param("temperature").asDouble();
      DomainEncoding encoding = encoding(parityCase);
      var alignment =
          new FadaOptions.Alignment(
              temperature,
              temperature,
              encoding.kind(),
              encoding.clip(),
              encoding.confidence(),
              lambdaAdv,
              lambdaD,
              Reduction.MEAN,
              FadaDiscriminator.PUBLISHED_WIDTH);
      var built =
          FineGrainedStep.build(
              graph.context(),
              CaseNetworks.of(parityCase, /* auxiliaryHead= */ false),
              CaseRecipes.adversarial(parityCase),
              alignment,
              new DomainImages(
                  graph.floats("source_images"),
                  graph.ints("source_labels"),
                  graph.floats("target_images")));
      var step = new StepCase(parityCase, graph, built.step());
      step.loss("loss_seg", built.segmentation(), 1);
      step.loss("loss_adv_tgt", built.adversarial(), lambdaAdv);
      step.loss("loss_D_src", built.discriminatorSource(), lambdaD);
      step.loss("loss_D_tgt", built.discriminatorTarget(), lambdaD);
      step.rates("backbone", "classifier", "discriminator");
      step.output("source_logits", built.source().logits());
      step.output("target_logits", built.target().logits());
      step.trained("", TrainingPhase.SEGMENTER, "segmenter", "param_names", "sample_index");
      step.trained(
          "d.", FineGrainedStep.DISCRIMINATOR, "discriminator", "d_param_names", "d.sample_index");
      step.gradient("seg", TrainingPhase.SEGMENTER, step.term("seg"));
      step.gradient("adv", TrainingPhase.SEGMENTER, step.term("adv"));
      step.gradient("d_source", FineGrainedStep.DISCRIMINATOR, step.term("d-source"));
      step.gradient("d_target", FineGrainedStep.DISCRIMINATOR, step.term("d-target"));
      graph.initialize();
      graph.assign(TrainingPhase.SEGMENTER, parityCase.weights("weights"));
      graph.assign(FineGrainedStep.DISCRIMINATOR, parityCase.weights("weights_discriminator"));
      step.run(expected);
    }
  }

  private void supervisedStep(ParityCase parityCase, Expected expected) {
    try (var graph = new CaseGraph(parityCase)) {
      var built =
          SupervisedStep.build(
              graph.context(),
              CaseNetworks.of(parityCase, /* auxiliaryHead= */ false),
              CaseRecipes.supervised(parityCase),
              0,
              "source",
              graph.floats("source_images"),
              graph.ints("source_labels"));
      var step = new StepCase(parityCase, graph, built.step());
      step.loss("loss_seg", built.lossPerProcess(), 1);
      step.rates("backbone", "classifier");
      step.output("source_logits", built.prediction().logits());
      step.trained("", TrainingPhase.SEGMENTER, "segmenter", "param_names", "sample_index");
      step.gradient("seg", TrainingPhase.SEGMENTER, step.term("seg"));
      graph.initialize();
      graph.assign(TrainingPhase.SEGMENTER, parityCase.weights("weights"));
      step.run(expected);
    }
  }

  private static DomainEncoding encoding(ParityCase parityCase) {
    return new DomainEncoding(
        DomainEncoding.Kind.valueOf(
            parityCase.params().path("labels").asText("soft").toUpperCase(Locale.ROOT)),
        parityCase.params().path("clip").asDouble(1),
        parityCase.params().path("confidence").asDouble(0));
  }

  private static Reduction reduction(ParityCase parityCase) {
    return Reduction.valueOf(parityCase.param("reduction").asText().toUpperCase(Locale.ROOT));
  }

  private static Operand<TFloat32> upsampled(Ops tf, Operand<TFloat32> logits, JsonNode size) {
    return Resize.bilinear(tf, logits, size.get(0).asInt(), size.get(1).asInt());
  }

  private static Operand<TInt32> size(Ops tf, JsonNode size) {
    return tf.constant(new int[] {size.get(0).asInt(), size.get(1).asInt()});
  }
}
