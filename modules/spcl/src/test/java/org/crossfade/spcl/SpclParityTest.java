package org.crossfade.spcl;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.crossfade.core.method.TrainingPhase;
import org.crossfade.core.nn.HardLabels;
import org.crossfade.core.nn.Resize;
import org.crossfade.methodtest.CaseGraph;
import org.crossfade.methodtest.CaseNetworks;
import org.crossfade.methodtest.CaseRecipes;
import org.crossfade.methodtest.MethodGraph;
import org.crossfade.methodtest.StepCase;
import org.crossfade.recipes.DomainImages;
import org.crossfade.recipes.InputSize;
import org.crossfade.recipes.loss.Reduction;
import org.crossfade.recipes.loss.SegmentationCrossEntropy;
import org.crossfade.spcl.SpclOptions.Average;
import org.crossfade.spcl.SpclOptions.TargetMasks;
import org.crossfade.spcl.loss.ClassMeans;
import org.crossfade.spcl.loss.FeatureMasks;
import org.crossfade.spcl.loss.FeatureMasks.SourceCells;
import org.crossfade.spcl.loss.PrototypeContrast;
import org.crossfade.spcl.loss.PrototypeUpdate;
import org.crossfade.spcl.loss.PrototypeUpdate.AbsentClasses;
import org.crossfade.spcl.pseudo.ConfidenceRule;
import org.crossfade.spcl.pseudo.ThresholdCase;
import org.crossfade.testkit.Expected;
import org.crossfade.testkit.ParityCase;
import org.crossfade.testkit.ParityCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/** SPCL's prototypes, masks, losses, pseudo labels and step against the official PyTorch code. */
class SpclParityTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return ParityCases.of(SpclParityTest.class)
        .claim("init.spcl_prototypes", this::firstPrototypes)
        .claim("loss.spcl_contrastive", this::contrast)
        .claim("loss.spcl_ssl", this::selfSupervision)
        .claim("mask.spcl_source", this::masks)
        .claim("pseudo_labels.spcl", this::pseudoLabels)
        .claim("step.spcl", this::step)
        .claim("update.spcl_prototypes", this::prototypeUpdate)
        .tests();
  }

  private void firstPrototypes(ParityCase parityCase, Expected expected) throws IOException {
    long[] features = parityCase.shape("features");
    long[] logits = parityCase.shape("logits");
    long[] labels = parityCase.shape("labels");
    var options =
        new SpclOptions.Prototypes(
            new InputSize((int) labels[2], (int) labels[1]),
            parityCase.param("normalise_features").asBoolean(),
            constant(Average.class, parityCase.param("divide_by")),
            0.1,
            AbsentClasses.DECAY);
    SourceCells cells =
        parityCase.param("require_correct").asBoolean()
            ? SourceCells.CORRECT
            : SourceCells.LABELLED;
    var memory = new Memory();
    try (var graph = new MethodGraph()) {
      Placeholder<TFloat32> featureFeed = placeholder(graph.tf(), TFloat32.class, features);
      Placeholder<TFloat32> logitFeed = placeholder(graph.tf(), TFloat32.class, logits);
      Placeholder<TInt32> labelFeed = placeholder(graph.tf(), TInt32.class, labels);
      Map<String, Operand<?>> outputs =
          PrototypePass.outputs(graph.tf(), featureFeed, logitFeed, labelFeed, options, cells);
      var sink = new PrototypePass.Sink(memory, options.average());
      for (int image = 0; image < features[0]; image++) {
        graph.feed(featureFeed, floats(parityCase, "features", image));
        graph.feed(logitFeed, floats(parityCase, "logits", image));
        graph.feed(
            labelFeed,
            TInt32.tensorOf(
                one(labels), DataBuffers.of(image(parityCase.ints("labels"), labels, image))));
        Map<String, Tensor> values = graph.tensors(outputs);
        sink.accept(Integer.toString(image), values);
        values.values().forEach(Tensor::close);
      }
      sink.finish();
    }
    expected.check("prototypes", memory.array(PrototypePass.PROTOTYPES));
    float[] images = memory.array(PrototypePass.IMAGES);
    int[] counts = new int[images.length];
    for (int k = 0; k < counts.length; k++) {
      counts[k] = Math.round(images[k]);
    }
    expected.check("image_counts", counts);
  }

  private void contrast(ParityCase parityCase, Expected expected) {
    try (var graph = new CaseGraph(parityCase)) {
      Ops tf = graph.tf();
      Reduction reduction = constant(Reduction.class, parityCase.param("reduction"));
      var contrast =
          new PrototypeContrast(
              parityCase.param("divisor").asDouble(),
              parityCase.params().path("normalise_prototypes").asBoolean(false),
              reduction);
      Operand<TFloat32> prototypes = bank(tf, graph.floats("prototypes"));
      Map<String, Operand<TFloat32>> outputs = new LinkedHashMap<>();
      for (String domain : new String[] {"source", "target"}) {
        Operand<TFloat32> perProcess =
            contrast.perProcess(
                tf, graph.floats(domain + "_features"), graph.ints(domain + "_mask"), prototypes);
        outputs.put("loss_" + domain, reduction.of(tf, perProcess));
      }
      Operand<TFloat32> loss =
          tf.math.mul(
              tf.math.add(outputs.get("loss_source"), outputs.get("loss_target")),
              tf.constant((float) parityCase.param("lambda_cl").asDouble()));
      outputs.put("loss", loss);
      outputs.put("grad.source_features", graph.gradient(loss, "source_features"));
      outputs.put("grad.target_features", graph.gradient(loss, "target_features"));
      graph.values(outputs).forEach(expected::check);
    }
  }

  private void selfSupervision(ParityCase parityCase, Expected expected) {
    try (var graph = new CaseGraph(parityCase)) {
      Ops tf = graph.tf();
      long images = parityCase.shape("logits")[0];
      int groups = parityCase.param("grouping").asText().equals("per_image") ? (int) images : 1;
      JsonNode size = parityCase.param("size");
      Operand<TFloat32> logits =
          Resize.bilinear(tf, graph.floats("logits"), size.get(0).asInt(), size.get(1).asInt());
      double temperature = parityCase.param("temperature").asDouble();
      Operand<TFloat32> softened = tf.math.div(logits, tf.constant((float) temperature));
      Operand<TFloat32> loss =
          new SegmentationCrossEntropy(
                  parityCase.param("ignore_label").asInt(),
                  groups,
                  constant(Reduction.class, parityCase.param("reduction")))
              .apply(tf, softened, graph.ints("labels"));
      expected.check("loss", graph.value(loss));
      expected.check("grad.logits", graph.value(graph.gradient(loss, "logits")));
    }
  }

  private void masks(ParityCase parityCase, Expected expected) {
    try (var graph = new CaseGraph(parityCase)) {
      Ops tf = graph.tf();
      JsonNode grid = parityCase.param("target_grid");
      expected.check(
          "source_mask",
          graph.integers(
              FeatureMasks.source(
                  tf,
                  graph.ints("source_labels"),
                  graph.floats("source_logits"),
                  SourceCells.CORRECT)));
      expected.check(
          "target_mask",
          graph.integers(
              Resize.nearestLabels(
                  tf, graph.ints("target_labels"), grid.get(0).asInt(), grid.get(1).asInt())));
    }
  }

  private void pseudoLabels(ParityCase parityCase, Expected expected) throws IOException {
    ConfidenceRule rule =
        new ConfidenceRule(
            parityCase.param("quantile").asDouble(),
            parityCase.variant().equals("paper")
                ? ConfidenceRule.Rank.INTERPOLATED
                : ConfidenceRule.Rank.NEAREST,
            parityCase.param("cap").asDouble(),
            parityCase.param("comparison").asText().equals(">=")
                ? ConfidenceRule.Comparison.AT_LEAST
                : ConfidenceRule.Comparison.ABOVE);
    try (var graph = new CaseGraph(parityCase)) {
      Ops tf = graph.tf();
      var pass = new ThresholdCase(rule, parityCase.param("num_classes").asInt());
      HardLabels seen =
          HardLabels.of(tf, graph.floats("logits"), size(tf, parityCase.param("threshold_size")));
      float[] confidences = graph.value(seen.confidence());
      pass.accept(graph.integers(seen.labels()), confidences);
      expected.check("thresholds", pass.thresholds());
      expected.check("counts", pass.counts());
      HardLabels native_ =
          HardLabels.of(tf, graph.floats("logits"), size(tf, parityCase.param("label_size")));
      expected.check(
          "labels", graph.integers(rule.labels(tf, native_, tf.constant(pass.thresholds()))));
    }
  }

  private void prototypeUpdate(ParityCase parityCase, Expected expected) {
    try (var graph = new CaseGraph(parityCase)) {
      Ops tf = graph.tf();
      var update =
          new PrototypeUpdate(
              parityCase.param("alpha").asDouble(),
              parityCase.param("normalise_features").asBoolean(),
              constant(AbsentClasses.class, parityCase.param("absent_classes")));
      ClassMeans means =
          ClassMeans.of(
              tf,
              graph.floats("features"),
              graph.ints("mask"),
              parityCase.param("num_classes").asInt(),
              1,
              update.normaliseFeatures());
      expected.check(
          "updated", graph.value(update.apply(tf, bank(tf, graph.floats("prototypes")), means)));
    }
  }

  private void step(ParityCase parityCase, Expected expected) {
    double lambda = parityCase.param("lambda_cl").asDouble();
    var options =
        new SpclOptions.Contrast(
            true,
            CaseRecipes.joint(parityCase),
            parityCase.param("temperature").asDouble(),
            true,
            true,
            lambda,
            parityCase.param("contrastive_divisor").asDouble(),
            false,
            Reduction.MEAN,
            SourceCells.CORRECT,
            TargetMasks.OFFLINE);
    try (var graph = new CaseGraph(parityCase)) {
      Ops tf = graph.tf();
      var built =
          ContrastiveStep.build(
              graph.context(),
              CaseNetworks.of(parityCase, /* auxiliaryHead= */ false),
              options,
              new PrototypeUpdate(parityCase.param("alpha").asDouble(), true, AbsentClasses.DECAY),
              new ConfidenceRule(
                  0.5, ConfidenceRule.Rank.NEAREST, 0.9, ConfidenceRule.Comparison.AT_LEAST),
              new DomainImages(
                  graph.floats("source_images"),
                  graph.ints("source_labels"),
                  graph.floats("target_images"),
                  graph.ints("target_labels")));
      var step = new StepCase(parityCase, graph, built.step());
      step.loss("loss_seg", built.segmentation(), 1);
      step.loss(
          "loss_cl",
          tf.math.add(built.contrastSource().orElseThrow(), built.contrastTarget().orElseThrow()),
          lambda);
      step.rates("backbone", "classifier");
      step.output("source_logits", built.source().logits());
      step.output("target_logits", built.target().orElseThrow().logits());
      step.history("prototype.norm", lengths(tf, built.prototypes()));
      step.history("prototype.samples", everyNthChannel(tf, built.prototypes(), 256));
      step.history("source_mask", tf.dtypes.cast(built.sourceMask(), TFloat32.class));
      step.output("target_mask", tf.dtypes.cast(built.targetMask().orElseThrow(), TFloat32.class));
      step.trained("", TrainingPhase.SEGMENTER, "segmenter", "param_names", "sample_index");
      step.gradient("seg", TrainingPhase.SEGMENTER, step.term(ContrastiveStep.SEGMENTATION));
      step.gradient(
          "cl",
          TrainingPhase.SEGMENTER,
          step.term(ContrastiveStep.CONTRAST_SOURCE),
          step.term(ContrastiveStep.CONTRAST_TARGET));
      graph.initialize();
      graph.assign(TrainingPhase.SEGMENTER, parityCase.weights("weights"));
      graph.assignToAll(
          ContrastiveStep.PROTOTYPES,
          parityCase.floats("prototypes"),
          parityCase.shape("prototypes"));
      step.run(expected);
    }
  }

  /** Length of every prototype, [P, K]. */
  private static Operand<TFloat32> lengths(Ops tf, Operand<TFloat32> banks) {
    return tf.math.sqrt(tf.reduceSum(tf.math.square(banks), tf.constant(1)));
  }

  /** [P, C/step, K]. */
  private static Operand<TFloat32> everyNthChannel(Ops tf, Operand<TFloat32> banks, int step) {
    int[] channels = new int[(int) banks.shape().get(1) / step];
    for (int i = 0; i < channels.length; i++) {
      channels[i] = i * step;
    }
    return tf.gather(banks, tf.constant(channels), tf.constant(1));
  }

  /** The bank of one process, [1, C, K]. */
  private static Operand<TFloat32> bank(Ops tf, Operand<TFloat32> prototypes) {
    return tf.expandDims(prototypes, tf.constant(0));
  }

  private static Operand<TInt32> size(Ops tf, JsonNode size) {
    return tf.constant(new int[] {size.get(0).asInt(), size.get(1).asInt()});
  }

  private static <E extends Enum<E>> E constant(Class<E> type, JsonNode name) {
    return Enum.valueOf(type, name.asText().toUpperCase(Locale.ROOT));
  }

  private static <T extends TNumber> Placeholder<T> placeholder(
      Ops tf, Class<T> type, long[] shape) {
    return tf.placeholder(type, Placeholder.shape(one(shape)));
  }

  private static TFloat32 floats(ParityCase parityCase, String field, int image) {
    long[] shape = parityCase.shape(field);
    float[] all = parityCase.floats(field);
    int size = all.length / (int) shape[0];
    return TFloat32.tensorOf(
        one(shape), DataBuffers.of(Arrays.copyOfRange(all, image * size, (image + 1) * size)));
  }

  private static int[] image(int[] all, long[] shape, int image) {
    int size = all.length / (int) shape[0];
    return Arrays.copyOfRange(all, image * size, (image + 1) * size);
  }

  /** The shape of one image of many. */
  private static Shape one(long[] shape) {
    long[] single = shape.clone();
    single[0] = 1;
    return Shape.of(single);
  }
}
