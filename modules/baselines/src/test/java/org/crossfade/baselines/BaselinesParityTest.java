package org.crossfade.baselines;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.crossfade.autodiff.GradientTape;
import org.crossfade.autodiff.Parameters;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.ConvolutionalDiscriminator;
import org.crossfade.core.nn.Prediction;
import org.crossfade.core.nn.Resize;
import org.crossfade.methodtest.CaseGraph;
import org.crossfade.methodtest.CaseNetworks;
import org.crossfade.methodtest.CaseRecipes;
import org.crossfade.methodtest.SampledTensors;
import org.crossfade.methodtest.StepCase;
import org.crossfade.recipes.AdaptSegNetStep;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.BinaryAlignment;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.OutputSpaceAlignment;
import org.crossfade.recipes.Upsampling;
import org.crossfade.recipes.loss.DomainLoss;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** AdaptSegNet's losses and steps against the official PyTorch code and SPCL's warm-up. */
class BaselinesParityTest {
  private static final String MULTI_LEVEL = "adaptsegnet_multi";

  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(BaselinesParityTest.class)
        .claim("loss.adaptsegnet_adv", this::adversarialLoss)
        .claim("loss.adaptsegnet_d", this::discriminatorLoss)
        .claim("step.adaptsegnet", this::step)
        .tests();
  }

  private void adversarialLoss(ParityCase parityCase, Expected expected) {
    boolean twoLevels = parityCase.param("levels").asInt() == 2;
    List<String> suffixes = twoLevels ? List.of("_1", "_2") : List.of("");
    try (var graph = new CaseGraph(parityCase)) {
      Ops tf = graph.tf();
      Map<String, Operand<TFloat32>> outputs = new LinkedHashMap<>();
      Operand<TFloat32> total = tf.constant(0f);
      for (String suffix : suffixes) {
        String logits = "target_logits" + suffix;
        BinaryAlignment alignment = alignment(parityCase, graph, suffix, logits, 1, logits, 1);
        String lambda = suffix.equals("_1") ? "lambda_adv1" : "lambda_adv";
        total =
            tf.math.add(
                total,
                tf.math.mul(
                    alignment.adversarial(),
                    tf.constant((float) parityCase.param(lambda).asDouble())));
        outputs.put("d_output" + suffix, alignment.targetOutput());
        outputs.put("loss_adv" + suffix, alignment.adversarial());
      }
      outputs.put("loss", total);
      for (String suffix : suffixes) {
        String logits = "target_logits" + suffix;
        outputs.put("grad." + logits, graph.gradient(total, logits));
        graph.assign("discriminator" + suffix, parityCase.weights("weights" + suffix));
      }
      graph.values(outputs).forEach((field, value) -> expected.check(field, value));
    }
  }

  private void discriminatorLoss(ParityCase parityCase, Expected expected) {
    try (var graph = new CaseGraph(parityCase)) {
      Ops tf = graph.tf();
      BinaryAlignment alignment =
          alignment(
              parityCase,
              graph,
              "",
              "source_logits",
              parityCase.param("source_temperature").asDouble(),
              "target_logits",
              parityCase.param("target_temperature").asDouble());
      Operand<TFloat32> half = tf.constant((float) BinaryAlignment.HALF);
      Operand<TFloat32> source = tf.math.mul(half, alignment.discriminatorSource());
      Operand<TFloat32> target = tf.math.mul(half, alignment.discriminatorTarget());
      Parameters gradients =
          new GradientTape(tf)
              .gradient(tf.math.add(source, target), graph.parameters("discriminator"));
      graph.assign("discriminator", parityCase.weights("weights"));
      expected.check("d_output_source", graph.value(alignment.sourceOutput()));
      expected.check("d_output_target", graph.value(alignment.targetOutput()));
      expected.check("loss_d_source", graph.value(source));
      expected.check("loss_d_target", graph.value(target));
      Map<String, double[]> values = new LinkedHashMap<>();
      graph.values(gradients.asMap()).forEach((name, value) -> values.put(name, wide(value)));
      SampledTensors.of(parityCase, "param_names", "sample_index")
          .checkScaled(expected, "grad", values);
    }
  }

  /** The alignment of the probabilities of two low-resolution logits. */
  private static BinaryAlignment alignment(
      ParityCase parityCase,
      CaseGraph graph,
      String suffix,
      String source,
      double sourceTemperature,
      String target,
      double targetTemperature) {
    Ops tf = graph.tf();
    String role = "discriminator" + suffix;
    var discriminator =
        new ConvolutionalDiscriminator(
            (int) parityCase.shape(source)[3], ConvolutionalDiscriminator.PUBLISHED_WIDTH);
    return BinaryAlignment.of(
        tf,
        role,
        discriminator,
        graph.context().parameters(role, discriminator),
        gan(parityCase),
        probabilities(parityCase, graph, source, sourceTemperature),
        probabilities(parityCase, graph, target, targetTemperature));
  }

  private static Operand<TFloat32> probabilities(
      ParityCase parityCase, CaseGraph graph, String logits, double temperature) {
    String domain = logits.startsWith("source") ? "source_size" : "target_size";
    var size =
        parityCase.params().has(domain) ? parityCase.param(domain) : parityCase.param("size");
    return graph
        .tf()
        .nn
        .softmax(
            Upsampling.softened(
                graph.tf(),
                Resize.bilinear(
                    graph.tf(), graph.floats(logits), size.get(0).asInt(), size.get(1).asInt()),
                temperature));
  }

  private void step(ParityCase parityCase, Expected expected) {
    boolean twoLevels = parityCase.param("recipe").asText().equals(MULTI_LEVEL);
    try (var graph = new CaseGraph(parityCase)) {
      AdversarialTraining training = CaseRecipes.adversarial(parityCase);
      var built =
          AdaptSegNetStep.build(
              graph.context(),
              CaseNetworks.of(parityCase, twoLevels),
              training,
              weights(parityCase, twoLevels),
              new DomainImages(
                  graph.floats("source_images"),
                  graph.ints("source_labels"),
                  graph.floats("target_images")));
      var step = new StepCase(parityCase, graph, built.step());
      step.rates("backbone", "classifier", "discriminator");
      step.trained("", TrainingPhase.SEGMENTER, "segmenter", "param_names", "sample_index");
      var perProcess = new PerProcess(graph.tf(), gan(parityCase), training.processes());
      if (twoLevels) {
        announceTwoLevels(step, built, perProcess);
      } else {
        announceOneLevel(step, built, perProcess);
      }
      graph.initialize();
      graph.assign(TrainingPhase.SEGMENTER, parityCase.weights("weights"));
      if (twoLevels) {
        graph.assign(
            AdaptSegNetStep.AUXILIARY_DISCRIMINATOR, parityCase.weights("weights_discriminator_1"));
        graph.assign(AdaptSegNetStep.DISCRIMINATOR, parityCase.weights("weights_discriminator_2"));
      } else {
        graph.assign(AdaptSegNetStep.DISCRIMINATOR, parityCase.weights("weights_discriminator"));
      }
      step.run(expected);
    }
  }

  private static void announceOneLevel(
      StepCase step, AdaptSegNetStep built, PerProcess perProcess) {
    BinaryAlignment alignment = built.main().alignment();
    step.loss("loss_seg", built.main().segmentation(), 1);
    step.loss("loss_D_tgt_fake", perProcess.of(alignment.targetOutput(), DomainLoss.SOURCE), 1);
    step.loss("loss_D_src_real", perProcess.of(alignment.sourceOutput(), DomainLoss.SOURCE), 0.5);
    step.loss("loss_D_tgt_real", perProcess.of(alignment.targetOutput(), DomainLoss.TARGET), 0.5);
    step.output("source_logits", built.source().logits());
    step.output("target_logits", built.target().logits());
    String role = AdaptSegNetStep.DISCRIMINATOR;
    step.trained("d.", role, role, "d_param_names", "d.sample_index");
    step.gradient("seg", TrainingPhase.SEGMENTER, step.term("seg"));
    step.gradient("adv", TrainingPhase.SEGMENTER, step.term("adv"));
    step.gradient("d_source", role, step.term(role + ".source"));
    step.gradient("d_target", role, step.term(role + ".target"));
  }

  private static void announceTwoLevels(
      StepCase step, AdaptSegNetStep built, PerProcess perProcess) {
    announceLevel(
        step,
        "1",
        built.auxiliary().orElseThrow(),
        AdaptSegNetStep.AUXILIARY_DISCRIMINATOR,
        perProcess);
    announceLevel(step, "2", built.main(), AdaptSegNetStep.DISCRIMINATOR, perProcess);
    step.output("source_logits_1", auxiliary(built.source()));
    step.output("source_logits_2", built.source().logits());
    step.output("target_logits_1", auxiliary(built.target()));
    step.output("target_logits_2", built.target().logits());
    step.gradient("seg", TrainingPhase.SEGMENTER, step.term("seg"), step.term("seg-auxiliary"));
    step.gradient("adv", TrainingPhase.SEGMENTER, step.term("adv"), step.term("adv-auxiliary"));
  }

  private static void announceLevel(
      StepCase step,
      String number,
      AdaptSegNetStep.Level level,
      String role,
      PerProcess perProcess) {
    BinaryAlignment alignment = level.alignment();
    step.loss("loss_seg" + number, level.segmentation(), 1);
    step.loss("loss_adv" + number, perProcess.of(alignment.targetOutput(), DomainLoss.SOURCE), 1);
    step.loss(
        "loss_D" + number + "_src",
        perProcess.of(alignment.sourceOutput(), DomainLoss.SOURCE),
        0.5);
    step.loss(
        "loss_D" + number + "_tgt",
        perProcess.of(alignment.targetOutput(), DomainLoss.TARGET),
        0.5);
    step.trained("d" + number + ".", role, role, "d_param_names", "d.sample_index");
    step.gradient("source", role, step.term(role + ".source"));
    step.gradient("target", role, step.term(role + ".target"));
  }

  /** A domain loss of each process's share of a discriminator's output. */
  private record PerProcess(Ops tf, DomainLoss loss, int processes) {
    Operand<TFloat32> of(Operand<TFloat32> output, float domain) {
      int images = (int) output.shape().get(0) / processes;
      List<Operand<TFloat32>> values = new ArrayList<>();
      for (int p = 0; p < processes; p++) {
        Operand<TFloat32> share =
            tf.slice(
                output,
                tf.constant(new int[] {p * images, 0, 0, 0}),
                tf.constant(new int[] {images, -1, -1, -1}));
        values.add(loss.apply(tf, share, domain));
      }
      return tf.stack(values);
    }
  }

  private static OutputSpaceAlignment weights(ParityCase parityCase, boolean twoLevels) {
    var params = parityCase.params();
    return new OutputSpaceAlignment(
        params.has("gan") ? gan(parityCase) : DomainLoss.VANILLA,
        parityCase.param("temperature").asDouble(),
        params.path("temperature_target").asDouble(1),
        params.path("lambda_seg").asDouble(0),
        params.path("lambda_adv1").asDouble(0),
        parityCase.param(twoLevels ? "lambda_adv2" : "lambda_adv").asDouble(),
        ConvolutionalDiscriminator.PUBLISHED_WIDTH);
  }

  private static DomainLoss gan(ParityCase parityCase) {
    String name = parityCase.params().path("gan").asText("Vanilla");
    return switch (name) {
      case "Vanilla" -> DomainLoss.VANILLA;
      case "LS" -> DomainLoss.LEAST_SQUARES;
      default -> throw new IllegalArgumentException(parityCase + ": gan '" + name + "'");
    };
  }

  private static Operand<TFloat32> auxiliary(Prediction prediction) {
    return prediction.auxiliaryLogits().orElseThrow();
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }
}
